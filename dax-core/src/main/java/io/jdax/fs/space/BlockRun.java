package io.jdax.fs.space;

/**
 * Consecutive blocks, as an answer: mutable and reused, so that allocating blocks allocates no
 * objects.
 */
public final class BlockRun {
  private long start;
  private long count;

  /** The first block: from {@link Space} a frame, from {@link Fragments} a part of one. */
  public long start() {
    return start;
  }

  /** How many blocks; 0 before the first answer. */
  public long count() {
    return count;
  }

  /** The block behind the last one: the goal for what is to be contiguous with this run. */
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
