package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.mm.WritebackException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The errors of one file's writebacks in the background, each reported to every handle once (the
 * kernel's errseq_t).
 */
public final class WritebackErrors {
  private final String region;
  private final String file;

  @GuardedBy("this")
  private long count;

  @GuardedBy("this")
  private @Nullable IOException last;

  public WritebackErrors(String region, String file) {
    this.region = region;
    this.file = file;
  }

  /** A writeback failed, and nobody was there to be told. */
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

  /** One that hears of every error from now on. */
  public Handle handle() {
    return new Handle();
  }

  /** What one open file or mapping has heard of. */
  public final class Handle {
    @GuardedBy("this")
    private long seen = count();

    /**
     * Throws what has happened since the last call, once.
     *
     * @throws WritebackException pages could not be written back; they are dirty as before, and are
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
