package io.jdax.tests.fs;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Threads that race. They start together, and go on until the first ends the race; the first
 * failure of any ends it too, and is the test's.
 */
final class Hammer {
  /** What one thread does. */
  interface Work {
    void run() throws Exception;
  }

  private static final long PATIENCE_SECONDS = 120;

  private final List<Work> works = new ArrayList<>();
  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private volatile boolean over;
  private CyclicBarrier barrier = new CyclicBarrier(1);

  /** How often a loop that is to end by itself turns; more with jdax.test.multiplier. */
  static int rounds(int usual) {
    return usual * Integer.getInteger("jdax.test.multiplier", 1);
  }

  Hammer thread(Work work) {
    works.add(work);
    return this;
  }

  /** Once, in the thread that ends the race when it is done. */
  Hammer driver(Work work) {
    return thread(
        () -> {
          work.run();
          over = true;
        });
  }

  /** Whether the race goes on: for loops that do not meet. */
  boolean on() {
    return !over;
  }

  /** Again and again until the driver is done. */
  Hammer meanwhile(Work work) {
    return thread(
        () -> {
          while (!over) {
            work.run();
          }
        });
  }

  /** All threads of the race meet here. */
  void meet() throws Exception {
    Thread.interrupted(); // InterruptStatusTest judges who set it; a race is not to end for it
    try {
      barrier.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (BrokenBarrierException | TimeoutException e) {
      throw new IllegalStateException("another thread did not come", e);
    }
  }

  void run() throws Exception {
    barrier = new CyclicBarrier(works.size());
    CyclicBarrier start = new CyclicBarrier(works.size());
    List<Thread> threads = new ArrayList<>();
    for (Work work : works) {
      threads.add(Thread.ofPlatform().daemon().start(() -> guarded(work, start)));
    }
    for (Thread thread : threads) {
      if (!thread.join(java.time.Duration.ofSeconds(PATIENCE_SECONDS))) {
        AssertionError hangs = new AssertionError("hangs: " + thread);
        hangs.setStackTrace(thread.getStackTrace());
        throw failure.compareAndSet(null, hangs) ? hangs : new AssertionError(failure.get());
      }
    }
    if (failure.get() != null) {
      throw new AssertionError(failure.get());
    }
  }

  private void guarded(Work work, CyclicBarrier start) {
    try {
      start.await();
      work.run();
    } catch (Throwable t) {
      failure.compareAndSet(null, t);
      over = true;
      barrier.reset();
    }
  }
}
