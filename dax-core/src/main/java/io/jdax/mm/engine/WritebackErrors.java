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

  @GuardedBy("this")
  private long count;

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
  public synchronized void add(IOException e) {
    count++;
    last = e;
  }

  private synchronized long count() {
    return count;
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
    @GuardedBy("this")
    private long seen = count();

    /**
     * Throws the last error, if there was any since the last call.
     *
     * @throws WritebackException pages could not be written back; they are still dirty, and are
     *     tried again
     */
    public synchronized void check() throws WritebackException {
      long now = count();
      if (now != seen) {
        seen = now;
        throw new WritebackException(region, file, last());
      }
    }
  }
}
