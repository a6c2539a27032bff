package io.jdax.mm.engine;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The end of a mapping or a pin, which gives back what it has: memory of tables, and the use of its
 * file. Made together with it, so that an end which an error has broken off, mostly a want of
 * memory, is remembered without memory, and gone on with by {@link UnfinishedCloses}: whoever
 * closes something calls once.
 */
final class Closing {
  /** What is left to be done; goes on where it was broken off. */
  @FunctionalInterface
  interface Work {
    /** Does nothing where nothing is left. Any thread may call, several at a time. */
    void finish() throws IOException;
  }

  private final UnfinishedCloses unfinished;
  private final Work work;

  // Guarded by the monitor of the list, in words only: the list is in another object.
  @Nullable Closing next;
  boolean listed;

  Closing(UnfinishedCloses unfinished, Work work) {
    this.unfinished = unfinished;
    this.work = work;
  }

  /** Does the work, or has it done later and throws what it has met. */
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
