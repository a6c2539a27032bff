package io.jdax.fs.space;

import org.jspecify.annotations.Nullable;

/**
 * Where an operation on metadata can fail: the seam by which tests let it, at each step in turn.
 * Costs a volatile load where nobody listens.
 */
public enum FailurePoint {
  /** A node of the tree is about to be read from the device. */
  NODE_READ,
  /** Heap is about to be allocated; nothing has changed. */
  ALLOCATION,
  /** In the middle of books that belong together. */
  BOOKS,
  /** A change is about to count as done. */
  DONE,
  /** A commit is about to write. */
  COMMIT;

  /** Is told of each step that a thread comes to, and may throw what it likes. */
  @FunctionalInterface
  public interface Probe {
    void reached(FailurePoint point);
  }

  private static volatile @Nullable Probe probe;

  /** Lets a test listen, to all threads; null: nobody does. */
  public static void listen(@Nullable Probe listener) {
    probe = listener;
  }

  /** This thread has come to this step. */
  public void reach() {
    Probe listener = probe;
    if (listener != null) {
      listener.reached(this);
    }
  }
}
