package io.jdax.cache;

/**
 * Frames in the order in which they were added, each with its number; the owner's lock guards it.
 */
final class FrameRing {
  private final int[] frames;
  private long taken;
  private long added;

  /**
   * An empty one.
   *
   * @param capacity how many frames may be in it at a time
   */
  FrameRing(int capacity) {
    this.frames = new int[capacity];
  }

  void add(int frame) {
    frames[(int) (added++ % frames.length)] = frame;
  }

  /** How many were added so far. */
  long added() {
    return added;
  }

  /** Whether one of the first {@code number} that were added is still here. */
  boolean hasBefore(long number) {
    return taken < number;
  }

  /** Takes the first one out. */
  int take() {
    return frames[(int) (taken++ % frames.length)];
  }
}
