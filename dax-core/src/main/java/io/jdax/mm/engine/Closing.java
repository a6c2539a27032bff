package io.jdax.mm.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a mapping or a pin, which gives back what it has: memory of tables, and the use of its
 * file. It is made together with the mapping or pin. So an end that an error has broken off, mostly
 * for lack of memory, can be remembered without allocating, and {@link UnfinishedCloses} goes on
 * with it: whoever closes something calls once.
 */
final class Closing {
  /** What is to be done, as far as it has not been done. */
  @FunctionalInterface
  interface Work {
    /**
     * Goes on where the last call was broken off; does nothing once all is done. Several threads
     * may call at a time.
     */
    void finish() throws IOException;
  }

  private final UnfinishedCloses unfinished;
  private final Work work;

  // Guarded by the monitor of the list. The compiler can't check that of another object.
  @Nullable Closing next;
  boolean listed;

  Closing(UnfinishedCloses unfinished, Work work) {
    this.unfinished = unfinished;
    this.work = work;
  }

  /** Does the work; or throws what has kept it from that, and has the rest done later. */
  void run() throws IOException {
    boolean done = false;
    try {
      work.finish();
      done = true;
    } finally {
      if (!done) {
        unfinished.add(this);
      }
    }
  }
}
