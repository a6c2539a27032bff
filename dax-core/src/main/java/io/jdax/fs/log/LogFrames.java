package io.jdax.fs.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.space.CommitFollower;
import java.util.Arrays;

/**
 * Which frames of the log are free. One that was given back is free when the commit after the one
 * that its records are folded in is durable, since until then a mount may fall back to a tree that
 * does not know them. Allocates nothing once it is made.
 */
final class LogFrames implements CommitFollower {
  /** Frames that are free, as a stack: the one that was given back last is still in the cache. */
  @GuardedBy("this")
  private final int[] free;

  /** Written under the monitor. */
  private volatile int freeCount;

  private final int count;

  /** Frames that wait, and for which commit. */
  @GuardedBy("this")
  private final int[] waiting;

  @GuardedBy("this")
  private final long[] commits;

  @GuardedBy("this")
  private int waitingCount;

  /** Frames that are bad, and nobody's for the rest of the mount. */
  @GuardedBy("this")
  private int lost;

  @GuardedBy("this")
  private long durable;

  @GuardedBy("this")
  private int fewestFree;

  LogFrames(int count) {
    this.count = count;
    free = new int[count];
    waiting = new int[count];
    commits = new long[count];
    freeCount = count;
    fewestFree = count;
    Arrays.setAll(free, i -> count - 1 - i);
  }

  /** Takes one: its number in the log, or −1 if none is free. */
  synchronized int take() {
    if (freeCount == 0) {
      return -1;
    }
    int left = freeCount - 1;
    freeCount = left;
    fewestFree = Math.min(fewestFree, left);
    return free[left];
  }

  /** Gives one back whose records are in the tree from a commit on, or mean nothing then. */
  synchronized void retire(int frame, long commit) {
    if (commit < durable) {
      putFree(frame);
      return;
    }
    waiting[waitingCount] = frame;
    commits[waitingCount++] = commit;
  }

  @GuardedBy("this")
  private void putFree(int frame) {
    int now = freeCount;
    free[now] = frame;
    freeCount = now + 1;
  }

  /** One can't be stored to. */
  synchronized void lose() {
    lost++;
  }

  @Override
  public synchronized void committed(long commit) {
    durable = commit;
    int kept = 0;
    for (int i = 0; i < waitingCount; i++) {
      if (commits[i] < commit) {
        putFree(waiting[i]);
      } else {
        waiting[kept] = waiting[i];
        commits[kept++] = commits[i];
      }
    }
    waitingCount = kept;
    assert freeCount + waitingCount + lost <= free.length : "a frame of the log is free twice";
  }

  @Override
  public synchronized boolean isWaitingForCommit() {
    return waitingCount > 0;
  }

  int freeCount() {
    return freeCount;
  }

  synchronized int waitingCount() {
    return waitingCount;
  }

  /** The fewest that were ever free. */
  synchronized int fewestFree() {
    return fewestFree;
  }

  /** How many there are. */
  int count() {
    return count;
  }
}
