package io.jdax.fs.log;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.space.CommitFollower;
import io.jdax.fs.tree.ChangePoint;
import java.util.Arrays;
import java.util.function.LongPredicate;

/**
 * Which frames of the log are free. One that was given back is free when the change that its
 * records are folded in is durable in the journal, or else, when the commit after the one that has
 * it is: until then a mount may find a tree that does not know them. Allocates nothing once it is
 * made.
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

  /** And which change of the journal would do as well. */
  @GuardedBy("this")
  private final long[] changes;

  /** Whether all changes up to a number are durable. */
  private volatile LongPredicate durableChanges = number -> false;

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
    changes = new long[count];
    freeCount = count;
    fewestFree = count;
    Arrays.setAll(free, i -> count - 1 - i);
  }

  /** Lets changes of the journal count, too. */
  void follow(LongPredicate newDurableChanges) {
    durableChanges = newDurableChanges;
  }

  /** Takes one: its number in the log, or −1 if none is free. */
  synchronized int take() {
    if (freeCount <= count / 2 && waitingCount > 0) {
      freeThoseThatMayBe();
    }
    if (freeCount == 0) {
      return -1;
    }
    int left = freeCount - 1;
    freeCount = left;
    fewestFree = Math.min(fewestFree, left);
    return free[left];
  }

  /** Gives one back whose records are in the tree from a change on, or mean nothing then. */
  synchronized void retire(int frame, ChangePoint point) {
    if (point.commit() < durable) {
      putFree(frame);
      return;
    }
    waiting[waitingCount] = frame;
    changes[waitingCount] = point.told();
    commits[waitingCount++] = point.commit();
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
    freeThoseThatMayBe();
  }

  @GuardedBy("this")
  private void freeThoseThatMayBe() {
    int kept = 0;
    for (int i = 0; i < waitingCount; i++) {
      if (commits[i] < durable || durableChanges.test(changes[i])) {
        putFree(waiting[i]);
      } else {
        waiting[kept] = waiting[i];
        changes[kept] = changes[i];
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
    freeThoseThatMayBe();
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
