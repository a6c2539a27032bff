package io.jdax.mm;

import io.jdax.os.Daemons;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Frames that were taken away from mappings, until no thread can reach them by a translation that
 * it read before. A thread of its own turns the epoch over, for all that has gathered at once, and
 * gives them to their {@link FrameSink}s; the caller of {@link #add} does not wait for readers.
 *
 * <p>Bounded: when as many pages wait as {@link #limitPages}, add waits. While it does, the caller
 * may hold an invalidate lock; a sink must not need one.
 */
public final class Quarantine {
  /**
   * How long the reclaimer lets frames gather. A turn-over deoptimises running loops, so it should
   * not come too often.
   */
  private static final long GATHER_NANOS = 2_000_000;

  private record Batch(long pfn, long count, FrameSink sink) {}

  private final FrameSpace frames;
  private final long limitPages;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Condition work = lock.newCondition();

  // guarded by lock
  private List<Batch> waiting = new ArrayList<>();
  private long heldPages;
  private long maxHeldPages;
  private long added;
  private long released;
  private long turnOvers;
  private long waits;
  private boolean hurry;
  private boolean closing;
  private boolean running;
  private @Nullable Thread reclaimer;

  Quarantine(FrameSpace frames, long limitPages) {
    this.frames = frames;
    this.limitPages = limitPages;
  }

  /**
   * Takes frames in that no mapping shows any more.
   *
   * @param sink gets them later, from the reclaimer's thread
   */
  public void add(long pfn, long count, FrameSink sink) {
    if (count <= 0) {
      return;
    }
    lock.lock();
    try {
      if (heldPages > 0 && heldPages + count > limitPages) {
        awaitRoom(count);
      }
      waiting.add(new Batch(pfn, count, sink));
      heldPages += count;
      maxHeldPages = Math.max(maxHeldPages, heldPages);
      added += count;
      startReclaimer();
      if (waiting.size() == 1) {
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  private void awaitRoom(long count) {
    QuarantineWaitEvent event = QuarantineWaitEvent.begun();
    waits++;
    while (heldPages > 0 && heldPages + count > limitPages) {
      hurry = true;
      startReclaimer();
      work.signal();
      changed.awaitUninterruptibly();
    }
    if (event != null) {
      event.finish(count);
    }
  }

  /**
   * Returns when all that was added before the call has been given back: for whoever is out of
   * space, and for tests.
   */
  public void drainNow() {
    lock.lock();
    try {
      long target = added;
      while (released < target) {
        hurry = true;
        startReclaimer();
        work.signal();
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Returns when no thread reaches a frame by a translation that was taken away before the call,
   * and every store that was made by one has left its mark: two turn-overs, since a thread in the
   * interpreter may be stopped by the first between a store and its mark.
   */
  public void turnOver() {
    for (int i = 0; i < 2; i++) {
      add(0, 1, (pfn, count) -> {});
      drainNow();
    }
  }

  /**
   * Asks for a turn-over although no frames wait, so that closed mappings become quiet. Does not
   * wait for it.
   */
  public void turnOverSoon() {
    lock.lock();
    try {
      if (waiting.isEmpty() && !closing) {
        waiting.add(new Batch(0, 0, (pfn, count) -> {}));
        startReclaimer();
        work.signal();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Pages beyond which {@link #add} waits. */
  public long limitPages() {
    return limitPages;
  }

  public QuarantineStatistics statistics() {
    lock.lock();
    try {
      return new QuarantineStatistics(
          heldPages, maxHeldPages, limitPages, added, released, turnOvers, waits);
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("ReferenceEquality") // a thread is itself
  void close() {
    drainNow();
    Thread thread;
    lock.lock();
    try {
      closing = true;
      work.signal();
      thread = reclaimer;
    } finally {
      lock.unlock();
    }
    boolean interrupted = false;
    while (thread != null && thread != Thread.currentThread() && thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void startReclaimer() {
    if (!running && !closing) {
      running = true;
      Thread thread = Daemons.unstarted("jdax-reclaimer " + frames.region().name(), this::reclaim);
      reclaimer = thread;
      thread.start();
    }
  }

  private void reclaim() {
    while (true) {
      List<Batch> batch = gather();
      if (batch == null) {
        return;
      }
      frames.turnOver();
      long pages = 0;
      for (Batch b : batch) {
        pages += b.count;
        giveBack(b);
      }
      lock.lock();
      try {
        heldPages -= pages;
        released += pages;
        turnOvers++;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  /** What waits, after it has had time to gather; null when there will be no more. */
  private @Nullable List<Batch> gather() {
    lock.lock();
    try {
      while (waiting.isEmpty()) {
        if (closing) {
          return null;
        }
        work.awaitUninterruptibly();
      }
      long left = GATHER_NANOS;
      while (left > 0 && !hurry && !closing && heldPages < limitPages / 2) {
        left = awaitWork(left);
      }
      hurry = false;
      List<Batch> batch = waiting;
      waiting = new ArrayList<>();
      return batch;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("WaitNotInLoop") // the loop is the caller's
  private long awaitWork(long nanos) {
    try {
      return work.awaitNanos(nanos);
    } catch (InterruptedException e) {
      return 0; // nobody has a reason to interrupt the reclaimer: just do not wait
    }
  }

  private static void giveBack(Batch batch) {
    try {
      batch.sink.release(batch.pfn, batch.count);
    } catch (RuntimeException e) {
      // The frames are lost until the next mount; those of others are not to be lost with them.
      System.getLogger(Quarantine.class.getName())
          .log(
              System.Logger.Level.ERROR,
              "frames from " + batch.pfn + " could not be given back",
              e);
    }
  }
}
