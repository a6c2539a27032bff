package io.jdax.fs.space;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A run of frames that is kept for what one file will have next: no other allocation gets them as
 * long as there are others. They count as free, see {@link RunsAhead}. Its file takes from its
 * beginning; anybody may take all of it away.
 */
public final class RunAhead {
  /** Frames of one run at most. */
  static final int MAX_FRAMES = 1 << 14;

  private static final int COUNT_BITS = 16;
  private static final long COUNT_MASK = (1L << COUNT_BITS) - 1;

  /** The first frame, then how many: in one word, so that whoever takes some has them. */
  private final AtomicLong word = new AtomicLong();

  // guarded by the monitor of RunsAhead, which alone changes them
  @Nullable RunAhead next;
  @Nullable RunAhead previous;
  boolean listed;

  /** How many frames are left; racy. */
  public long frames() {
    return word.get() & COUNT_MASK;
  }

  /** The first of the frames that are left, if there are any; racy. */
  public long first() {
    return word.get() >>> COUNT_BITS;
  }

  /** The frames are its own from now on; it had none. */
  void set(BlockRun frames) {
    assert frames.count() <= MAX_FRAMES : frames.count();
    boolean had = !word.compareAndSet(0, frames.start() << COUNT_BITS | frames.count());
    assert !had : "a run that has frames gets others";
  }

  /**
   * Takes at least one and at most {@code count} frames from its beginning.
   *
   * @param pfn what its first frame has to be
   * @return false if it is another, or none
   */
  boolean take(long pfn, long count, BlockRun out) {
    while (true) {
      long now = word.get();
      long left = now & COUNT_MASK;
      if (left == 0 || now >>> COUNT_BITS != pfn) {
        return false;
      }
      long taken = Math.min(count, left);
      long after = taken == left ? 0 : pfn + taken << COUNT_BITS | left - taken;
      if (word.compareAndSet(now, after)) {
        out.set(pfn, taken);
        return true;
      }
    }
  }

  /** Takes all that is left of it; returns how many frames that are. */
  long takeAll(BlockRun out) {
    long now = word.getAndSet(0);
    out.set(now >>> COUNT_BITS, now & COUNT_MASK);
    return now & COUNT_MASK;
  }
}
