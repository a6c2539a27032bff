package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the quarantine does when turn-overs, sinks and threads fail. */
@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class QuarantineTest {
  /** Turn-overs that fail from now on; each counts. */
  private final AtomicInteger failing = new AtomicInteger();

  private final AtomicInteger attempts = new AtomicInteger();
  private final AtomicBoolean noThreads = new AtomicBoolean();
  private final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
  private final List<Long> back = Collections.synchronizedList(new ArrayList<>());
  private final ThreadFactory factory =
      work -> {
        if (noThreads.get()) {
          throw new OutOfMemoryError("unable to create native thread");
        }
        Thread thread = new Thread(work, "reclaimer under test");
        threads.add(thread);
        return thread;
      };
  private final Quarantine quarantine = new Quarantine(this::turnOver, 8, factory);
  private final FrameSink sink = (pfn, count) -> back.add(pfn);

  /** What happens in the middle of a turn-over. */
  private Runnable during = () -> {};

  private void turnOver() {
    attempts.incrementAndGet();
    during.run();
    if (failing.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new OutOfMemoryError("no memory for a generation");
    }
  }

  @AfterEach
  void close() throws InterruptedException {
    failing.set(0);
    quarantine.close();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  @Test
  @DisplayName("Whatever a sink throws, the frames of others are given back, and so are later ones")
  void sinkThrows() {
    for (Throwable thrown :
        List.of(new OutOfMemoryError("sink"), new StackOverflowError(), new RuntimeException())) {
      back.clear();
      quarantine.add(1, 1, sink);
      quarantine.add(2, 1, (pfn, count) -> QuarantineTest.<RuntimeException>sneak(thrown));
      quarantine.add(3, 1, sink);
      quarantine.drainNow();
      assertEquals(List.of(1L, 3L), List.copyOf(back));
    }
    assertEquals(1, threads.size(), "the reclaimer has survived");
    assertEquals(0, quarantine.statistics().heldPages());
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneak(Throwable t) throws T {
    throw (T) t;
  }

  @Test
  @DisplayName("Who waits while turn-overs fail is told why, and the frames come back once, later")
  void turnOverFails() throws InterruptedException {
    failing.set(Integer.MAX_VALUE);
    quarantine.add(1, 1, sink);
    OutOfMemoryError told = assertThrows(OutOfMemoryError.class, quarantine::drainNow);
    assertEquals("no memory for a generation", told.getMessage());
    assertThrows(OutOfMemoryError.class, quarantine::turnOver);
    assertEquals(List.of(), List.copyOf(back));
    failing.set(0);
    quarantine.add(2, 1, sink);
    quarantine.drainNow();
    assertEquals(List.of(1L, 2L), List.copyOf(back));
    assertEquals(0, quarantine.statistics().heldPages());
    assertEquals(quarantine.statistics().addedPages(), quarantine.statistics().releasedPages());
  }

  @Test
  @DisplayName("A turn-over that failed is tried again although nobody waits")
  void retried() throws InterruptedException {
    failing.set(2);
    CountDownLatch given = new CountDownLatch(1);
    quarantine.add(1, 1, (pfn, count) -> given.countDown());
    given.await();
    assertTrue(attempts.get() >= 3);
    assertEquals(1, threads.size());
  }

  @Test
  @DisplayName("Without a thread those who wait do the work, and the next add tries to start one")
  void noThread() {
    noThreads.set(true);
    quarantine.add(1, 1, sink);
    Thread[] by = new Thread[1];
    quarantine.add(2, 1, (pfn, count) -> by[0] = Thread.currentThread());
    assertEquals(0, attempts.get());
    quarantine.drainNow();
    assertEquals(List.of(1L), List.copyOf(back));
    assertSame(Thread.currentThread(), by[0]);
    for (long pfn = 10; pfn < 30; pfn++) {
      quarantine.add(pfn, 1, sink); // more than the limit: makes room itself
    }
    assertTrue(quarantine.statistics().maxHeldPages() <= 8);
    noThreads.set(false);
    quarantine.add(3, 1, (pfn, count) -> by[0] = Thread.currentThread());
    quarantine.drainNow();
    assertEquals(1, threads.size());
    assertSame(threads.get(0), by[0]);
    assertEquals(21, back.size());
  }

  @Test
  @DisplayName("An add that must wait for a turn-over that fails has added nothing")
  void addIsAllOrNothing() {
    quarantine.add(1, 8, sink);
    quarantine.drainNow();
    back.clear();
    failing.set(Integer.MAX_VALUE);
    quarantine.add(1, 8, sink);
    long added = quarantine.statistics().addedPages();
    assertThrows(OutOfMemoryError.class, () -> quarantine.add(2, 1, sink));
    assertEquals(added, quarantine.statistics().addedPages());
    failing.set(0);
    quarantine.add(3, 1, sink);
    quarantine.drainNow();
    assertEquals(List.of(1L, 3L), List.copyOf(back));
  }

  @Test
  @DisplayName("A turn-over that fails leaves the order of what waits")
  void orderIsKept() {
    noThreads.set(true);
    failing.set(1);
    quarantine.add(1, 1, sink);
    quarantine.add(2, 1, sink);
    during = () -> quarantine.add(3, 1, sink);
    assertThrows(OutOfMemoryError.class, quarantine::drainNow);
    during = () -> {};
    quarantine.add(4, 1, sink);
    quarantine.drainNow();
    assertEquals(List.of(1L, 2L, 3L, 4L), List.copyOf(back));
  }

  @Test
  @DisplayName("After the close nothing is taken in, and nobody waits")
  void afterClose() {
    quarantine.add(1, 1, sink);
    quarantine.close();
    assertEquals(List.of(1L), List.copyOf(back));
    quarantine.add(2, 100, sink);
    quarantine.add(3, 100, sink);
    quarantine.drainNow();
    quarantine.turnOver();
    quarantine.turnOverSoon();
    quarantine.close();
    assertEquals(List.of(1L), List.copyOf(back));
    threads.forEach(thread -> assertFalse(thread.isAlive()));
  }

  @Test
  @DisplayName(
      "A close during which turn-overs fail says so, ends the thread, and leaves no waiter")
  void closeFails() throws InterruptedException {
    failing.set(Integer.MAX_VALUE);
    quarantine.add(1, 1, sink);
    assertThrows(OutOfMemoryError.class, quarantine::close);
    for (Thread thread : threads) {
      thread.join();
    }
    quarantine.drainNow();
    quarantine.close();
  }

  @Test
  @DisplayName("A sink that waits for the quarantine is refused, and one that adds is not")
  void sinkWaits() {
    List<Throwable> refused = Collections.synchronizedList(new ArrayList<>());
    quarantine.add(
        1,
        1,
        (pfn, count) -> {
          refused.add(assertThrows(IllegalStateException.class, quarantine::drainNow));
          refused.add(assertThrows(IllegalStateException.class, quarantine::close));
          for (int i = 0; i < 20; i++) {
            quarantine.add(100 + i, 1, sink); // beyond the limit: it can't wait for itself
          }
        });
    quarantine.drainNow();
    quarantine.drainNow();
    assertEquals(2, refused.size());
    assertEquals(20, back.size());
    assertNotNull(threads.get(0));
  }
}
