package io.jdax.bench.turns;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A directory for {@link SingleOperation}s, with a file for each operation of a batch. */
final class SampledNames {
  private static final String DIRECTORY = "/sampled";

  private final DaxFileSystem fs = TestBed.files().fileSystem;
  private final MemorySegment page = Arena.ofAuto().allocate(FileBed.PAGE, FileBed.PAGE);
  private boolean there;
  private boolean moved;

  SampledNames() throws IOException {
    fs.createDirectory(DIRECTORY);
  }

  /** What is done to the file with a number. */
  interface Work {
    void run(int i) throws IOException;
  }

  /** Makes a file, writes a page, and closes it. */
  void create(int i) throws IOException {
    try (DaxFile file = fs.open(path(i), OpenMode.WRITE, OpenMode.CREATE_NEW)) {
      file.write(0, page);
    }
  }

  /** Opens a file, reads its page, and closes it. */
  void read(int i) throws IOException {
    try (DaxFile file = fs.open(path(i), OpenMode.READ)) {
      file.read(0, page);
    }
  }

  void stat(int i) throws IOException {
    if (fs.stat(path(i)).sizeBytes() != FileBed.PAGE) {
      throw new IOException(path(i) + " is not as it was made");
    }
  }

  private void unlink(int i) throws IOException {
    fs.unlink(path(i));
  }

  private static String path(int i) {
    return DIRECTORY + "/file-" + i;
  }

  private void areThere(boolean wanted) throws IOException {
    for (int i = 0; i < LatencyRun.BATCH && there != wanted; i++) {
      if (wanted) {
        create(i);
      } else {
        unlink(i);
      }
    }
    there = wanted;
  }

  /** The files are there before and after. */
  SingleOperation.Batches keeping(Work work) {
    return new OnNames(true, true, work);
  }

  SingleOperation.Batches creating() {
    return new OnNames(false, true, this::create);
  }

  SingleOperation.Batches unlinking() {
    return new OnNames(true, false, this::unlink);
  }

  /** To another name, and in the next batch back. */
  SingleOperation.Batches renaming() {
    return new OnNames(
        true,
        true,
        i -> {
          String other = path(i) + "-moved";
          fs.rename(moved ? other : path(i), moved ? path(i) : other);
          moved = i == LatencyRun.BATCH - 1 ? !moved : moved;
        });
  }

  /** The directory goes with its operations. */
  private final class OnNames implements SingleOperation.Batches {
    private final boolean before;
    private final boolean after;
    private final Work work;
    private boolean ran;

    private OnNames(boolean before, boolean after, Work work) {
      this.before = before;
      this.after = after;
      this.work = work;
    }

    @Override
    public void prepare() throws IOException {
      there = ran ? after : there;
      areThere(before);
      ran = true;
    }

    @Override
    public void run(int i) throws IOException {
      work.run(i);
    }

    @Override
    public void close() throws IOException {
      if (moved) {
        for (int i = 0; i < LatencyRun.BATCH; i++) {
          work.run(i);
        }
      }
      there = ran ? after : there;
      areThere(false);
      fs.removeDirectory(DIRECTORY);
    }
  }
}
