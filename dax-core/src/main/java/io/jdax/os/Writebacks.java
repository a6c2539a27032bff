package io.jdax.os;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The write-backs of one region that the kernel or a device carries out, and whether one has ever
 * failed.
 *
 * <p>A write-back that failed can't be repeated. The kernel marks the pages clean that it could not
 * write, tells of it once, and may read the old bytes back from the disk at any time. So the next
 * msync or fsync has nothing to write, and succeeds. To store the same bytes again is sound only as
 * long as they are still in memory, which nobody can know. Therefore a failure stays: nothing of
 * the region is called durable any more until it is closed and opened again, and then it shows what
 * the disk has.
 *
 * <p>The thread that is told need not be the one whose bytes were lost, since errors are counted
 * per open file (errseq_t). Of two threads in msync at once, one may be told of the other's page,
 * and the other of success. So a thread that comes back with success waits, in {@link #end}, for
 * those that were under way by then, and asks {@link #failure} after that. A thread that is alone
 * does not wait.
 */
public final class Writebacks {
  /** The numbers of the write-backs under way, in its first {@link #count} elements. */
  @GuardedBy("this")
  private long[] underWay = new long[4];

  @GuardedBy("this")
  private int count;

  /** The number of the write-back that began last. */
  @GuardedBy("this")
  private long begun;

  /** Changed under the monitor, and read without it as well. */
  private volatile @Nullable Throwable failure;

  /** With nothing under way. */
  public Writebacks() {}

  /** Says that a write-back begins. Returns its number, for {@link #end}. */
  public synchronized long begin() {
    if (count == underWay.length) {
      underWay = Arrays.copyOf(underWay, count * 2);
    }
    underWay[count++] = ++begun;
    return begun;
  }

  /**
   * Says that a write-back has ended, well or badly. Returns when all that were under way have
   * ended as well. Not interruptible, since a system call that waits for a disk is not, either.
   */
  public synchronized void end(long number) {
    int at = 0;
    while (underWay[at] != number) {
      at++;
    }
    underWay[at] = underWay[--count];
    notifyAll();
    long last = begun;
    Waits.whileTrue(this, () -> isUnderWay(last));
  }

  /** Whether a write-back is under way that did not begin after {@code last}. */
  private synchronized boolean isUnderWay(long last) {
    for (int i = 0; i < count; i++) {
      if (underWay[i] <= last) {
        return true;
      }
    }
    return false;
  }

  /**
   * Says that bytes may be lost. Called before the {@link #end} of the write-back that was told of
   * it. Only the first reason is kept.
   */
  public synchronized void fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  /** Why nothing can be called durable any more, or null as long as it can. */
  public @Nullable Throwable failure() {
    return failure;
  }
}
