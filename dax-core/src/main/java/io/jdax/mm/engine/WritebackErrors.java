package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.mm.WritebackException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The errors of writebacks of one file in the background. Each is reported to every handle once, as
 * by the kernel's errseq_t.
 */
public final class WritebackErrors {
  private final String region;
  private final String file;

  /** Changed with the monitor. */
  private volatile long count;

  @GuardedBy("this")
  private @Nullable IOException last;

  /**
   * Begins without errors.
   *
   * @param region its name, for messages
   * @param file its name, for messages
   */
  public WritebackErrors(String region, String file) {
    this.region = region;
    this.file = file;
  }

  /** Remembers that a writeback failed when nobody was there to be told. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only with the monitor
  public synchronized void add(IOException e) {
    last = e;
    count++;
  }

  private synchronized @Nullable IOException last() {
    return last;
  }

  /** Makes a handle that hears of every error from now on. */
  public Handle handle() {
    return new Handle();
  }

  /** What one open file or mapping has heard of. */
  public final class Handle {
    /** Changed with the monitor. */
    private volatile long seen = count;

    /**
     * Throws the last error, if there was any since the last call.
     *
     * @throws WritebackException pages could not be written back; they are still dirty, and are
     *     tried again
     */
    public void check() throws WritebackException {
      if (count != seen) { // hardly ever, and every fsync asks
        tell();
      }
    }

    private synchronized void tell() throws WritebackException {
      long now = count;
      if (now != seen) { // else it was told to another thread meanwhile
        seen = now;
        throw new WritebackException(region, file, last());
      }
    }
  }
}
