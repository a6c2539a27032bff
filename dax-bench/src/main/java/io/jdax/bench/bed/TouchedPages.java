package io.jdax.bench.bed;

import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.util.stream.LongStream;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Pages of a file that nobody has touched yet, each invocation anew, a file for each thread.
 *
 * <p>The mapping begins at page 1 of the file. So no 2 MiB of it lie as they do in the file, no
 * translation of 2 MiB is possible, and each page needs a fault of its own: what is compared is
 * faults.
 */
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class TouchedPages {
  /** What one invocation touches. */
  public static final int PAGES = 4096;

  static final long FILE_BYTES = (PAGES + 1L) * FileBed.PAGE;

  /** Two threads' files, twice because of what is interleaved, and as much again in quarantine. */
  public static final long REGION_BYTES = 160L << 20;

  DaxMapping mapping;
  private FileBed bed;

  /** Leaves an untouched file, which may be that of last time. */
  abstract ScratchFile renew(FileBed bed) throws IOException;

  /** Deletes what {@link #renew} made, if it did. */
  abstract void delete() throws IOException;

  /** What the file lies on. */
  Medium medium() {
    return Medium.PLAIN;
  }

  @Setup
  public void open() throws IOException {
    bed = TestBed.files(medium());
  }

  @Setup(Level.Invocation)
  public void map() throws IOException {
    mapping = renew(bed).file.map(FileBed.PAGE, FILE_BYTES - FileBed.PAGE);
  }

  @TearDown(Level.Invocation)
  public void unmap() {
    mapping.close();
  }

  @TearDown
  public void close() throws IOException {
    delete();
  }

  /** Loads from every page. */
  public long load() throws IOException {
    long sum = 0;
    for (int i = 0; i < PAGES; i++) {
      sum += mapping.getLong((long) i * FileBed.PAGE);
    }
    return sum;
  }

  /** Stores to every page. */
  public void store() throws IOException {
    for (int i = 0; i < PAGES; i++) {
      mapping.putLong((long) i * FileBed.PAGE, i);
    }
  }

  /** Files whose first touch uses them up. */
  abstract static class Once extends TouchedPages {
    private ScratchFile file;

    abstract void layOut(ScratchFile file) throws IOException;

    @Override
    final ScratchFile renew(FileBed bed) throws IOException {
      delete();
      file = ScratchFile.create(bed);
      layOut(file);
      return file;
    }

    @Override
    final void delete() throws IOException {
      if (file != null) {
        file.close();
      }
    }
  }

  /** No page has a block. */
  public static class Holes extends Once {
    @Override
    void layOut(ScratchFile file) throws IOException {
      file.file.truncate(FILE_BYTES);
    }
  }

  /** Every page has a block, none has content. */
  public static class Unwritten extends Once {
    @Override
    void layOut(ScratchFile file) throws IOException {
      file.file.allocate(0, FILE_BYTES, false);
    }
  }

  /** Every page is written, and in pieces, so that a fault brings one page and no neighbours. */
  public static class Written extends TouchedPages {
    private ScratchFile file;
    private ScratchFile neighbour;

    void layOut(ScratchFile written, ScratchFile beside) throws IOException {
      written.fillInTurns(beside, FILE_BYTES);
    }

    @Override
    ScratchFile renew(FileBed bed) throws IOException {
      if (file == null) {
        file = ScratchFile.create(bed);
        neighbour = ScratchFile.create(bed);
        layOut(file, neighbour);
        file.requireInPlace(FILE_BYTES);
      }
      return file;
    }

    @Override
    void delete() throws IOException {
      file.close();
      neighbour.close();
    }
  }

  /** As {@link Holes}, with blocks smaller than pages. */
  public static class HolesOfSmallBlocks extends Holes {
    @Override
    Medium medium() {
      return Medium.SMALL_BLOCKS;
    }
  }

  /** As {@link Written}, by stores to mappings. */
  public static class Stored extends Written {
    @Override
    void layOut(ScratchFile written, ScratchFile beside) throws IOException {
      written.storeInTurns(beside, FILE_BYTES);
    }
  }

  /** As {@link Stored}, with blocks smaller than pages; those of a page lie together. */
  public static class StoredInSmallBlocks extends Stored {
    @Override
    Medium medium() {
      return Medium.SMALL_BLOCKS;
    }
  }

  /** Every page is written, in one run: a fault brings its neighbours along. */
  public static class InOneRun extends TouchedPages {
    private ScratchFile file;
    private long[] frames;

    @Override
    ScratchFile renew(FileBed bed) throws IOException {
      if (file == null) {
        file = ScratchFile.create(bed);
        file.fill(0, FILE_BYTES);
        frames =
            file.file.extents().stream()
                .flatMapToLong(e -> LongStream.range(e.pfn(), e.pfn() + e.length() / FileBed.PAGE))
                .skip(1)
                .toArray();
      }
      return file;
    }

    @Override
    void delete() throws IOException {
      file.close();
    }

    /**
     * Does to each frame what has to be done to that of an unwritten page before its first store.
     */
    public void zero() throws IOException {
      Persister persister = TestBed.get().persister;
      for (long frame : frames) {
        persister.fillPersist(frame << 12, FileBed.PAGE, (byte) 0);
      }
    }
  }
}
