package io.jdax.bench.measured.fault;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.ScratchFile;
import io.jdax.bench.bed.TestBed;
import io.jdax.fs.DaxFile;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A file whose first half is written and shown by a mapping, each invocation anew, to be punched
 * page by page, in an order that leaves holes between pages; its other half is for readers.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class PunchedPages {
  /** What one invocation punches: a power of two. */
  static final int PAGES = 1024;

  private static final long HALF = (long) PAGES * FileBed.PAGE;

  DaxFile file;
  private DaxMapping mapping;
  private ScratchFile scratch;

  @Setup
  public void open() throws IOException {
    scratch = ScratchFile.create(TestBed.files());
    file = scratch.file;
    scratch.fill(0, 2 * HALF);
    mapping = file.map(0, 2 * HALF);
    opened(mapping);
  }

  /** When the file is there. */
  void opened(DaxMapping shown) {}

  /** Before the file goes. */
  void closing() throws InterruptedException {}

  @Setup(Level.Invocation)
  public void write() throws IOException {
    scratch.fill(0, HALF);
    file.fsync(); // else the metadata does not know of the blocks, and a punch has nothing to
    // commit
    for (long at = 0; at < HALF; at += FileBed.PAGE) {
      mapping.getLong(at);
    }
  }

  @TearDown
  public void close() throws IOException, InterruptedException {
    closing();
    mapping.close();
    scratch.close();
  }

  /** Punches every page of the first half. */
  void punch() throws IOException {
    for (int i = 0; i < PAGES; i++) {
      long page = i * 389L & PAGES - 1; // an odd factor comes to each of them once
      file.punchHole(page * FileBed.PAGE, FileBed.PAGE);
    }
  }

  /** With a thread that loads from the other half all the time. */
  public static class WithReader extends PunchedPages {
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;
    private long sum;
    private Thread reader;

    @Override
    void opened(DaxMapping shown) {
      stopped = false;
      reader = Thread.ofPlatform().daemon().name("reader").start(() -> read(shown));
    }

    private void read(DaxMapping shown) {
      try {
        while (!stopped) {
          for (long at = HALF; at < 2 * HALF; at += 64) {
            sum += shown.getLong(at);
          }
        }
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
    }

    @Override
    void closing() throws InterruptedException {
      stopped = true;
      reader.join();
      if (failure != null) {
        throw new IllegalStateException("the reader failed after a sum of " + sum, failure);
      }
    }
  }
}
