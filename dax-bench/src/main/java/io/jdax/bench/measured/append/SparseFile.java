package io.jdax.bench.measured.append;

import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFile;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A mapped file that is all hole when an invocation begins. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class SparseFile {
  /** Pages that one invocation stores to, one after the other. */
  static final int OPS = 1024;

  private static final int PAGE = 4096;

  private ScratchFile scratch;
  private ScratchFile lines;
  private DaxFile file;
  private DaxMapping mapping;
  private Persister persister;
  private MemorySegment region;
  private long line;

  @Setup
  public void open() throws IOException {
    scratch = ScratchFile.create(TestBed.files());
    file = scratch.file;
    file.truncate((long) OPS * PAGE);
    mapping = file.map(0, (long) OPS * PAGE);
    lines = ScratchFile.create(TestBed.files());
    lines.file.allocate(0, 1 << 20, false);
    line = lines.file.extents().getFirst().place();
    persister = TestBed.get().persister;
    region = TestBed.get().region.segment();
  }

  @Setup(Level.Invocation)
  public void empty() throws IOException {
    file.punchHole(0, (long) OPS * PAGE);
    TestBed.files().fileSystem.reclaim();
  }

  @TearDown
  public void close() throws IOException {
    mapping.close();
    scratch.close();
    lines.close();
  }

  void storeAndPersist() throws IOException {
    for (long at = 0; at < (long) OPS * PAGE; at += PAGE) {
      mapping.putLong(at, at);
      mapping.persist(at, Long.BYTES);
    }
  }

  void storeAndSync() throws IOException {
    for (long at = 0; at < (long) OPS * PAGE; at += PAGE) {
      mapping.putLong(at, at);
      file.fsync();
    }
  }

  /** The fault alone, and a line that is nobody's is persisted beside it. */
  void storeBesideALine() throws IOException {
    for (int i = 0; i < OPS; i++) {
      mapping.putLong((long) i * PAGE, i);
      region.set(ValueLayout.JAVA_LONG, line + 64L * i, i);
      persister.persist(line + 64L * i, Long.BYTES);
    }
  }
}
