package io.jdax.bench.measured.file;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import java.io.IOException;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A file of 16 MiB with a mapping of all of it. */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class SyncedFile {
  /** What one invocation syncs: pages far from each other. */
  static final int OPS = 256;

  private static final long BYTES = 16L << 20;
  private static final long STRIDE = BYTES / OPS;

  private ScratchFile scratch;
  private DaxFile file;
  private DaxMapping mapping;
  private Persister persister;
  private long[] places;

  @Setup
  public void open() throws IOException {
    scratch = ScratchFile.create(TestBed.files());
    file = scratch.file;
    scratch.fill(0, BYTES);
    file.fsync();
    mapping = file.map(0, BYTES);
    persister = TestBed.get().persister;
    places = new long[OPS];
    for (FileExtent extent : file.extents()) {
      for (int i = 0; i < OPS; i++) {
        long in = i * STRIDE - extent.offset();
        if (in >= 0 && in < extent.length()) {
          places[i] = extent.place() + in;
        }
      }
    }
  }

  @TearDown
  public void close() throws IOException {
    mapping.close();
    scratch.close();
  }

  /** Each store is durable before the next. */
  void storeAndSync() throws IOException {
    for (long at = 0; at < BYTES; at += STRIDE) {
      mapping.putLong(at, at);
      file.fsync();
    }
  }

  /** The same stores, each of whose pages is persisted where it lies. */
  void storeAndPersistPages() throws IOException {
    for (int i = 0; i < OPS; i++) {
      mapping.putLong(i * STRIDE, i);
      persister.persist(places[i], FileBed.PAGE);
    }
  }

  /** Every page is a hole at first, so that each fsync has a new block to record. */
  public static class Sparse extends SyncedFile {
    @Setup(Level.Invocation)
    public void empty() throws IOException {
      punchAll();
    }
  }

  final void punchAll() throws IOException {
    file.punchHole(0, BYTES);
    TestBed.files().fileSystem.reclaim();
  }
}
