package io.jdax.fs.space;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import org.jspecify.annotations.Nullable;

/**
 * What files keep ahead of their ends. Such frames are taken by number, so that no search finds
 * them, and not by count: they are usable as all free frames are, nobody is refused because of them
 * ({@link FrameAccounts} does not know them), and the media know nothing of them.
 *
 * <pre>
 *   free by count = free in {@link FreeMap} + ahead
 *   a file takes    some of its own run, for frames that it has by count: they are not ahead any more
 *   others          take them when they have frames by count and the map has none: all runs go back
 * </pre>
 *
 * <p>Frames come to be ahead, and go back, under the monitor, the last of all locks. So whoever has
 * it and has given everything back knows that what it was promised by count is in the map. Giving
 * back wants no memory.
 */
final class RunsAhead {
  /** Fewer than so many are not worth a run. */
  private static final int MIN_FRAMES = 64;

  /** All runs together have at most that part of what is usable. */
  private static final int PART = 8;

  private final FreeMap map;
  private final FrameAccounts accounts;

  @GuardedBy("this")
  private final BlockRun found = new BlockRun();

  @GuardedBy("this")
  private @Nullable RunAhead first;

  RunsAhead(FreeMap map, FrameAccounts accounts) {
    this.map = map;
    this.accounts = accounts;
  }

  /**
   * How many frames are ahead, in all runs; exact when no other thread is at work. They are summed
   * up when somebody asks, which is once in many appends, so that appends need not count.
   */
  synchronized long frames() {
    long sum = 0;
    for (RunAhead run = first; run != null; run = run.next) {
      sum += run.frames();
    }
    return sum;
  }

  /** See {@link Space#keepAhead}. */
  synchronized boolean keep(RunAhead run, long count, long wanted, long goal) {
    giveBack(run);
    long some = Math.min(Math.min(count, RunAhead.MAX_FRAMES), share());
    if (some < Math.min(count, MIN_FRAMES)
        || map.isWorthwhile(wanted, goal) && !map.isWorthwhile(some, goal)
        || !map.allocate(some, goal, found)) {
      return false;
    }
    hold(run);
    return true;
  }

  /** See {@link Space#keepHugeAhead}. */
  synchronized boolean keepHuge(RunAhead run, long goal) {
    giveBack(run);
    if (share() < FreeMap.HUGE_FRAMES || !map.allocateHuge(goal, found)) {
      return false;
    }
    hold(run);
    return true;
  }

  /** What one more run may have: others may want some, too. */
  @GuardedBy("this")
  private long share() {
    return (accounts.framesAbove(accounts.dataFloor()) / PART - frames()) / 2;
  }

  @GuardedBy("this")
  private void hold(RunAhead run) {
    run.set(found);
    if (!run.listed) {
      run.listed = true;
      run.previous = null;
      run.next = first;
      if (first != null) {
        first.previous = run;
      }
      first = run;
    }
  }

  /** See {@link Space#giveBackAhead}. */
  synchronized void giveBack(RunAhead run) {
    if (run.takeAll(found) > 0) {
      map.free(found.start(), found.count());
    }
    if (run.listed) {
      unlist(run);
    }
  }

  @GuardedBy("this")
  private void unlist(RunAhead run) {
    run.listed = false;
    if (run.previous == null) {
      first = run.next;
    } else {
      run.previous.next = run.next;
    }
    if (run.next != null) {
      run.next.previous = run.previous;
    }
    run.next = null;
    run.previous = null;
  }

  /**
   * Gives back what all files have ahead.
   *
   * @return whether the map has a free frame then
   */
  synchronized boolean giveBackAll() {
    for (RunAhead run = first; run != null; run = first) {
      giveBack(run);
    }
    return map.freeFrames() > 0;
  }
}
