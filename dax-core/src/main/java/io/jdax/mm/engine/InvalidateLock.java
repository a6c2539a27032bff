package io.jdax.mm.engine;

import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * What keeps a file's blocks where they are (the kernel's invalidate_lock). Shared: faults, read,
 * write, writeback. Exclusive: truncate, punch, and everything else that takes blocks away or moves
 * the end of the file down.
 *
 * <p>A thread that holds it exclusively may ask for it shared, which then costs nothing. Otherwise
 * it is not reentrant.
 *
 * <p>Nearly every slow path begins here, and delivers the error that the JVM may still owe to an
 * earlier access of the caller before anything is held: see {@link AccessFault}.
 */
@SuppressWarnings("ReferenceEquality") // a thread is itself
public final class InvalidateLock {
  private final StampedLock lock = new StampedLock();
  private volatile @Nullable Thread owner;
  private long exclusiveStamp;

  /**
   * Takes it shared. Waits while another thread has it exclusively, or waits for that.
   *
   * @return what to give to {@link #unlockShared}
   */
  public long lockShared() {
    AccessFault.enter(StackRoom.ENGINE);
    return owner == Thread.currentThread() ? 0 : lock.readLock();
  }

  /** As {@link #lockShared}, for a caller that has claimed its stack in a call around this one. */
  public long lockSharedInside() {
    AccessFault.deliver();
    return owner == Thread.currentThread() ? 0 : lock.readLock();
  }

  /** Ends {@link #lockShared} or {@link #lockSharedInside}. */
  public void unlockShared(long stamp) {
    assert stamp != 0 || heldExclusively();
    if (stamp != 0) {
      lock.unlockRead(stamp);
    }
  }

  /** Takes it exclusively. Waits until no other thread has it. */
  public void lockExclusive() {
    AccessFault.enter(StackRoom.ENGINE);
    exclusiveStamp = lock.writeLock();
    owner = Thread.currentThread();
  }

  /**
   * As {@link #lockExclusive}, but gives up after a time, for work that can wait.
   *
   * @return whether it is taken
   */
  public boolean tryLockExclusive(long nanos) {
    AccessFault.enter(StackRoom.ENGINE);
    long stamp;
    try {
      stamp = lock.tryWriteLock(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    if (stamp == 0) {
      return false;
    }
    exclusiveStamp = stamp;
    owner = Thread.currentThread();
    return true;
  }

  /** Ends {@link #lockExclusive}. */
  public void unlockExclusive() {
    assert heldExclusively();
    long stamp = exclusiveStamp;
    owner = null;
    lock.unlockWrite(stamp);
  }

  /** Whether the calling thread has it exclusively. */
  public boolean heldExclusively() {
    return owner == Thread.currentThread();
  }
}
