package io.jdax.fs.space;

/** Chooses the frames for pages of a file, out of what was reserved for them. */
@FunctionalInterface
public interface FrameTaker {
  /**
   * Takes at least one and at most {@code count} consecutive frames, as {@link
   * Space#allocateReserved} does. May be called with locks of this package held.
   *
   * @param page the first of the pages that they are for
   * @param goal the frame to begin with if possible, or −1 for no preference
   */
  void take(long page, long count, long goal, BlockRun out);
}
