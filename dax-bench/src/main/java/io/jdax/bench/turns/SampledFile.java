package io.jdax.bench.turns;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.bench.bed.Walk;
import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A file for {@link SingleOperation}s, with a mapping of all of it and a way through it. */
final class SampledFile {
  private static final long BYTES = 16L << 20;

  private final ScratchFile scratch;
  private final DaxMapping mapping;
  private final Walk walk = new Walk();

  /** What is done to it. */
  interface Work {
    void run() throws IOException;
  }

  private SampledFile(ScratchFile scratch, DaxMapping mapping) {
    this.scratch = scratch;
    this.mapping = mapping;
    walk.begin(BYTES, FileBed.PAGE, "random", 0);
  }

  /** All of it has content. */
  static SampledFile written() throws IOException {
    ScratchFile scratch = ScratchFile.create(TestBed.files());
    scratch.fill(0, BYTES);
    scratch.file.fsync();
    return new SampledFile(scratch, scratch.file.map(0, BYTES));
  }

  /** None of it has. */
  static SampledFile empty(OpenMode mode) throws IOException {
    ScratchFile scratch = ScratchFile.create(TestBed.files(), mode);
    return new SampledFile(scratch, scratch.file.map(0, BYTES));
  }

  DaxFile file() {
    return scratch.file;
  }

  DaxMapping mapping() {
    return mapping;
  }

  /** The next offset, a multiple of a page. */
  long next() {
    return walk.next();
  }

  /** A page of DRAM. */
  MemorySegment page() {
    return walk.buffer;
  }

  /** The same for each operation. */
  SingleOperation.Batches each(Work work) {
    return new OnFile() {
      @Override
      public void run(int i) throws IOException {
        work.run();
      }
    };
  }

  /** A page is appended, to a file that is empty when a batch begins. */
  SingleOperation.Batches appending() {
    return new OnFile() {
      @Override
      public void prepare() throws IOException {
        file().truncate(0);
        TestBed.files().fileSystem.reclaim();
      }

      @Override
      public void run(int i) throws IOException {
        file().append(page());
      }
    };
  }

  /** The file goes with its operations. */
  private abstract class OnFile implements SingleOperation.Batches {
    @Override
    public void close() throws IOException {
      mapping.close();
      scratch.close();
    }
  }
}
