package io.jdax.bench.measured.subpage;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.Medium;
import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Files that are empty at each invocation, and grow to a page. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class SmallFiles {
  static final int FILES = 128;

  /** To each file. */
  static final int WRITES = 4;

  private static final int BYTES = FileBed.PAGE / WRITES;

  private final Medium medium;
  private final List<ScratchFile> files = new ArrayList<>();
  private MemorySegment content;

  SmallFiles(Medium medium) {
    this.medium = medium;
  }

  @Setup
  public void open() throws IOException {
    content = Arena.ofAuto().allocate(BYTES, FileBed.PAGE).fill((byte) 0x5a);
    for (int i = 0; i < FILES; i++) {
      files.add(ScratchFile.create(TestBed.files(medium)));
    }
  }

  @Setup(Level.Invocation)
  public void empty() throws IOException {
    for (ScratchFile file : files) {
      file.file.truncate(0);
    }
    TestBed.files(medium).fileSystem.reclaim();
  }

  @TearDown
  public void close() throws IOException {
    for (ScratchFile file : files) {
      file.close();
    }
    files.clear();
  }

  /** Writes to the end of each, again and again. */
  void write() throws IOException {
    for (long at = 0; at < FileBed.PAGE; at += BYTES) {
      for (ScratchFile file : files) {
        file.file.write(at, content);
      }
    }
  }

  /** On blocks as large as what is written. */
  public static class SmallBlocks extends SmallFiles {
    public SmallBlocks() {
      super(Medium.SMALL_BLOCKS);
    }
  }

  /** On blocks as large as pages. */
  public static class LargeBlocks extends SmallFiles {
    public LargeBlocks() {
      super(Medium.PLAIN);
    }
  }
}
