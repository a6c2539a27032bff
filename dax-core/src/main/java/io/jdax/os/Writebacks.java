package io.jdax.os;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The write-backs of one region that the kernel or a device carries out, and whether one has ever
 * failed.
 *
 * <p>A write-back that failed can't be repeated. The kernel marks the pages clean that it could not
 * write, tells of it once, and may read the old bytes back from the disk at any time: so the next
 * msync or fsync has nothing to write, and succeeds. Storing the same bytes again is sound only as
 * long as they are in memory still, which nobody can know. Therefore a failure stays: nothing of
 * the region is called durable any more, until it is closed and opened again, by when it shows what
 * the disk has.
 *
 * <p>The one who is told need not be the one whose bytes were lost: errors are counted per open
 * file (errseq_t). Of two threads in msync at once, one may be told of the other's page, and the
 * other of success. So whoever comes back with success waits, in {@link #end}, for those that were
 * under way by then, and asks {@link #failure} after that. Alone, nobody waits.
 */
public final class Writebacks {
  private long[] underWay = new long[4]; // numbers of calls; guarded by this
  private int count;
  private long begun;
  private volatile @Nullable Throwable failure;

  public Writebacks() {}

  /** One begins. Returns its number, for {@link #end}. */
  public synchronized long begin() {
    if (count == underWay.length) {
      underWay = Arrays.copyOf(underWay, count * 2);
    }
    underWay[count++] = ++begun;
    return begun;
  }

  /**
   * One has ended, well or badly. Returns when all that were under way have ended too. Not
   * interruptible: a system call that waits for a disk isn't, either.
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

  private boolean isUnderWay(long last) {
    for (int i = 0; i < count; i++) {
      if (underWay[i] <= last) {
        return true;
      }
    }
    return false;
  }

  /**
   * Bytes may be lost. Before the {@link #end} of the call that is told of it. Only the first
   * reason is kept.
   */
  public synchronized void fail(Throwable reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  /** Why nothing can be called durable any more; null as long as it can. */
  public @Nullable Throwable failure() {
    return failure;
  }
}
