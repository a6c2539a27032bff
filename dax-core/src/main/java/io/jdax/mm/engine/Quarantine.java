package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.mm.QuarantineStatistics;
import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import io.jdax.os.Waits;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Keeps frames that were taken away from mappings until no thread can reach them by a translation
 * that it read before. A thread of its own, the reclaimer, turns the epoch over for all that has
 * gathered, and gives the frames to their {@link FrameSink}s. So the caller of {@link #add} does
 * not wait for readers.
 *
 * <p>It is bounded: {@link #add} waits when more than {@link #limitPages} frames would wait. The
 * caller may hold an invalidate lock meanwhile, so a sink must not need one.
 *
 * <p>Nobody waits for what does not come. The reclaimer survives whatever a sink or a turn-over
 * throws. While the last turn-over has failed, or no thread could be started, threads that wait do
 * the work themselves, and are thrown what they meet. After {@link #close} nothing is taken in, and
 * nothing is waited for.
 */
public final class Quarantine {
  /**
   * How long the reclaimer lets frames gather, since a turn-over deoptimises running loops, and
   * should not come too often.
   */
  private static final long GATHER_NANOS = 2_000_000;

  /** Between two attempts of the reclaimer at a turn-over that failed. */
  private static final long RETRY_NANOS = 100_000_000;

  /**
   * Frames in a row. It is a link of a list, so that nothing is allocated to put it back after an
   * error.
   */
  private static final class Batch {
    final long pfn;
    final long count;
    final FrameSink sink;
    @Nullable Batch next;

    Batch(long pfn, long count, FrameSink sink) {
      this.pfn = pfn;
      this.count = count;
      this.sink = sink;
    }
  }

  private static final FrameSink NOBODY = (pfn, count) -> {};

  private final Runnable turnOver;
  private final long limitPages;
  private final ThreadFactory threads;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition work = lock.newCondition();

  @GuardedBy("lock")
  private @Nullable Batch first;

  @GuardedBy("lock")
  private @Nullable Batch last;

  @GuardedBy("lock")
  private long heldPages;

  @GuardedBy("lock")
  private long maxHeldPages;

  @GuardedBy("lock")
  private long added;

  @GuardedBy("lock")
  private long released;

  @GuardedBy("lock")
  private long turnOvers;

  @GuardedBy("lock")
  private long waits;

  @GuardedBy("lock")
  private boolean hurry;

  @GuardedBy("lock")
  private boolean closing;

  @GuardedBy("lock")
  private boolean closed;

  @GuardedBy("lock")
  private @Nullable Thread reclaimer;

  /** The one thread that turns over or gives back now, or null. */
  @GuardedBy("lock")
  private @Nullable Thread worker;

  /** Whether the last turn-over failed. */
  @GuardedBy("lock")
  private boolean failing;

  /** Whether the last attempt to start a thread failed. */
  @GuardedBy("lock")
  private boolean threadless;

  /**
   * Makes an empty one, without a thread yet.
   *
   * @param turnOver makes what was taken away before unreachable for all threads; is called by one
   *     thread at a time, and again after it has thrown
   * @param limitPages how many frames may wait
   * @param threads makes the reclaimer
   */
  Quarantine(Runnable turnOver, long limitPages, ThreadFactory threads) {
    this.turnOver = turnOver;
    this.limitPages = limitPages;
    this.threads = threads;
  }

  /**
   * Takes in frames that no mapping shows any more. If it throws, such as for lack of memory, it
   * has not taken them, and nobody gets them back before the next mount.
   *
   * @param pfn the first
   * @param count how many, one after the other; nothing happens for none
   * @param sink gets them later, from the reclaimer or from a thread that waits
   */
  public void add(long pfn, long count, FrameSink sink) {
    if (count <= 0) {
      return;
    }
    AccessFault.enter(StackRoom.ENGINE);
    Batch batch = new Batch(pfn, count, sink);
    lock.lock();
    try {
      if (heldPages > 0 && heldPages + count > limitPages && !isWorker()) {
        awaitRoom(count);
      }
      if (!closed) { // else the frame space is gone, and its frames are nobody's
        heldPages += count;
        maxHeldPages = Math.max(maxHeldPages, heldPages);
        added += count;
        append(batch);
      }
      assert isConsistent();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void append(Batch batch) {
    if (first == null) {
      first = batch;
      work.signal();
    } else if (last != null) {
      last.next = batch;
    }
    last = batch;
    startReclaimer();
  }

  @GuardedBy("lock")
  private void awaitRoom(long count) {
    QuarantineWaitEvent event = QuarantineWaitEvent.begun();
    waits++;
    while (heldPages > 0 && heldPages + count > limitPages) {
      awaitProgress();
    }
    if (event != null) {
      event.finish(count);
    }
  }

  /**
   * Returns when all that was added before the call has been given back. For callers that are out
   * of space, and for tests.
   *
   * @throws IllegalStateException the caller is a sink, for which it would wait
   */
  public void drainNow() {
    AccessFault.enter(StackRoom.ENGINE);
    lock.lock();
    try {
      refuseWorker();
      long target = added;
      while (released < target) {
        awaitProgress();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until something has been given back, or gives it back. */
  @GuardedBy("lock")
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private void awaitProgress() {
    hurry = true;
    startReclaimer();
    if (worker == null && first != null && (failing || threadless || closing)) {
      work();
    } else {
      work.signal();
      changed.awaitUninterruptibly();
    }
  }

  /**
   * Returns when no thread reaches a frame by a translation that was taken away before the call,
   * and every store that was made by one has left its mark. That takes two turn-overs, since the
   * first may stop a thread in the interpreter between a store and its mark.
   */
  public void turnOver() {
    for (int i = 0; i < 2; i++) {
      add(0, 1, NOBODY);
      drainNow();
    }
  }

  /**
   * Asks for a turn-over also if no frames wait, so that closed mappings become quiet. Does not
   * wait for it.
   */
  public void turnOverSoon() {
    AccessFault.enter(StackRoom.ENGINE);
    lock.lock();
    try {
      if (first == null && !closing) {
        append(new Batch(0, 0, NOBODY));
      }
    } finally {
      lock.unlock();
    }
  }

  /** How many frames may wait before {@link #add} does. */
  public long limitPages() {
    return limitPages;
  }

  /** What waits now, and what has been through. */
  public QuarantineStatistics statistics() {
    lock.lock();
    try {
      return new QuarantineStatistics(
          heldPages, maxHeldPages, limitPages, added, released, turnOvers, waits);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Gives everything back and ends the reclaimer. What is added later is dropped; and so is what
   * waits, if the call throws.
   *
   * @throws IllegalStateException the caller is a sink, for which it would wait
   */
  void close() {
    Thread thread;
    lock.lock();
    try {
      refuseWorker();
      closing = true;
      try {
        while (first != null || worker != null) {
          awaitProgress();
        }
      } finally {
        closed = true;
        first = null;
        last = null;
        released = added;
        heldPages = 0;
        thread = reclaimer;
        work.signalAll();
        changed.signalAll();
        assert isConsistent();
      }
    } finally {
      lock.unlock();
    }
    if (thread != null) {
      Waits.join(thread);
    }
  }

  @GuardedBy("lock")
  @SuppressWarnings("ReferenceEquality") // a thread is itself
  private boolean isWorker() {
    return worker == Thread.currentThread();
  }

  @GuardedBy("lock")
  private void refuseWorker() {
    if (isWorker()) {
      throw new IllegalStateException("a sink waits for the quarantine, which waits for the sink");
    }
  }

  @GuardedBy("lock")
  private void startReclaimer() {
    if (closing || reclaimer != null && reclaimer.isAlive()) {
      return;
    }
    try {
      Thread thread = threads.newThread(this::reclaim);
      thread.setDaemon(true);
      thread.start();
      reclaimer = thread;
      threadless = false;
    } catch (Throwable t) {
      if (!threadless) {
        threadless = true;
        log("no thread could be started to give frames back; threads that wait will do it", t);
      }
      changed.signalAll();
    }
  }

  private static void log(String what, Throwable t) {
    try {
      System.getLogger(Quarantine.class.getName()).log(System.Logger.Level.ERROR, what, t);
    } catch (Throwable logger) {
      // Without memory to say so, it goes on without a word.
    }
  }

  private void reclaim() {
    lock.lock();
    try {
      workUntilClosed();
    } finally {
      lock.unlock();
    }
  }

  @GuardedBy("lock")
  private void workUntilClosed() {
    try {
      while (gather()) {
        try {
          work();
        } catch (Throwable t) {
          awaitWork(RETRY_NANOS); // it has been said; whoever can't wait so long does it now
        }
      }
    } finally {
      reclaimer = null; // whoever needs one starts the next
      changed.signalAll();
    }
  }

  /**
   * Turns the epoch over and gives back all that waited before. Lets go of the lock meanwhile;
   * there is no other worker. If the turn-over throws, everything waits as before.
   */
  @GuardedBy("lock")
  @SuppressWarnings("LockNotBeforeTry") // the caller lets go of it
  private void work() {
    assert worker == null && heldPages == waitingPages();
    Batch from = first;
    Batch to = last;
    worker = Thread.currentThread();
    hurry = false;
    first = null;
    last = null;
    boolean done = false;
    long pages = 0;
    lock.unlock();
    try {
      turnOver.run();
      done = true;
      for (Batch batch = from; batch != null; batch = batch.next) {
        pages += batch.count;
        giveBack(batch);
      }
    } catch (Throwable t) {
      if (!failing) {
        log("a turn-over failed; frames wait for the next", t);
      }
      throw t;
    } finally {
      lock.lock();
      worker = null;
      failing = !done;
      if (done) {
        heldPages -= pages;
        released += pages;
        turnOvers++;
      } else if (to != null) {
        to.next = first;
        first = from;
        last = last == null ? to : last;
      }
      changed.signalAll();
      assert isConsistent();
    }
  }

  /** Whether all is as it must be whenever the lock is free. For assertions. */
  @GuardedBy("lock")
  private boolean isConsistent() {
    return heldPages >= 0
        && heldPages == added - released
        && heldPages <= maxHeldPages
        && (first == null) == (last == null)
        && (last == null || last.next == null)
        && (!closed || first == null && heldPages == 0);
  }

  /** How many frames are in the list. For assertions. */
  @GuardedBy("lock")
  private long waitingPages() {
    long pages = 0;
    for (Batch batch = first; batch != null; batch = batch.next) {
      pages += batch.count;
    }
    return pages;
  }

  /**
   * Waits until something waits, and has had time to gather. Returns false once nothing more can
   * come.
   */
  @GuardedBy("lock")
  private boolean gather() {
    while (true) {
      if (worker != null) {
        changed.awaitUninterruptibly(); // a thread that could not wait does the work
      } else if (first == null) {
        if (closing) {
          return false;
        }
        work.awaitUninterruptibly();
      } else if (hurry || closing || heldPages >= limitPages / 2 || awaitWork(GATHER_NANOS) <= 0) {
        if (worker == null && first != null) {
          return true;
        }
      }
    }
  }

  @GuardedBy("lock")
  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private long awaitWork(long nanos) {
    try {
      return work.awaitNanos(nanos);
    } catch (InterruptedException e) {
      return 0; // nobody has a reason to interrupt the reclaimer, so just don't wait
    }
  }

  private static void giveBack(Batch batch) {
    try {
      batch.sink.release(batch.pfn, batch.count);
    } catch (Throwable t) {
      // The frames are lost until the next mount; those of others are not to be lost with them.
      log("frames from " + batch.pfn + " could not be given back", t);
    }
  }
}
