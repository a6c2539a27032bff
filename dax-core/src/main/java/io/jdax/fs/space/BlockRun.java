package io.jdax.fs.space;

/**
 * Consecutive blocks, as an answer. Mutable and reused, so that taking blocks allocates no objects.
 */
public final class BlockRun {
  private long start;
  private long count;

  /**
   * The first block, which is a frame if {@link Space} has answered, and a part of one if {@link
   * Fragments} has.
   */
  public long start() {
    return start;
  }

  /** How many blocks there are, or 0 before the first answer. */
  public long count() {
    return count;
  }

  /**
   * The block after the last one, which is the goal for what should be contiguous with this run.
   */
  public long end() {
    return start + count;
  }

  void set(long start, long count) {
    this.start = start;
    this.count = count;
  }

  @Override
  public String toString() {
    return "[" + start + ", +" + count + ")";
  }
}
