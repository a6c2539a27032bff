package io.jdax.fs.space;

import org.jspecify.annotations.Nullable;

/**
 * A step at which an operation on metadata can fail. The seam by which tests let it fail, at each
 * step in turn; it costs a volatile load while no test listens.
 */
public enum FailurePoint {
  /** A node of the tree is about to be read from the device. */
  NODE_READ,
  /** Heap is about to be allocated; nothing has changed. */
  ALLOCATION,
  /** Between two entries in books that belong together. */
  BOOKS,
  /** A change is about to count as done. */
  DONE,
  /** A commit is about to write, nodes or lines of the journal. */
  COMMIT;

  /** Is called at each step that a thread reaches, and may throw anything. */
  @FunctionalInterface
  public interface Probe {
    /** A thread has reached a step. */
    void reached(FailurePoint point);
  }

  private static volatile @Nullable Probe probe;

  /**
   * Lets a test listen to all threads.
   *
   * @param listener or null, to listen no longer
   */
  public static void listen(@Nullable Probe listener) {
    probe = listener;
  }

  /** Tells that this thread has reached this step. */
  public void reach() {
    Probe listener = probe;
    if (listener != null) {
      listener.reached(this);
    }
  }
}
