package io.jdax.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.Waiting;
import io.jdax.mm.FramesExhaustedException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who is woken by what: the flusher, and those who wait for a frame. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FramePoolSignalsTest {
  private static final int FRAMES = 16;

  /** Of dirty pages, more than half the limit of 8. */
  private static final int MANY = 5;

  private final FramePool pool = new FramePool("region", 1000, FRAMES, 8);
  private final FrameOwner owner = new IdleOwner();

  private void take(int count) {
    for (int i = 0; i < count; i++) {
      int frame = pool.allocate(false);
      pool.publish(frame, owner, frame, BlockStates.MAPPED);
    }
  }

  /** The flusher, asleep until it is called. */
  private Waiting<Boolean> flusher() {
    return new Waiting<>(() -> pool.awaitWork(Long.MAX_VALUE)).untilItWaitsIn("awaitNanos");
  }

  private Waiting<?> waiter(boolean dirtying) {
    return new Waiting<>(
            () -> {
              new PoolShortage(pool, dirtying).await();
              return null;
            })
        .untilItWaitsIn("awaitUninterruptibly");
  }

  /** Whether the flusher would sleep: only then does it say that no frame is wanted. */
  private boolean isIdle() {
    long before = pool.hopes();
    assertTrue(pool.awaitWork(1));
    return pool.hopes() != before;
  }

  private static void assertExhausted(Waiting<?> waiter) {
    assertInstanceOf(
        FramesExhaustedException.class,
        assertThrows(ExecutionException.class, waiter::get).getCause());
  }

  /** Has whoever waits look again, and returns when it has and goes on waiting. */
  private void assertGoesOnWaiting(Waiting<?> waiter, Runnable event) throws Exception {
    Waiting<?> flusher =
        new Waiting<>(
            () -> {
              pool.rest(Long.MAX_VALUE);
              return null;
            });
    flusher.untilItWaitsIn("awaitNanos");
    event.run();
    flusher.get(); // who goes on waiting calls the flusher first
    assertFalse(waiter.untilItWaitsIn("awaitUninterruptibly").isOver());
  }

  // ---------------------------------------------------------------- the flusher

  @Test
  @DisplayName("The flusher sleeps while frames are free, few pages are dirty and nobody waits")
  void idle() throws Exception {
    assertTrue(isIdle());
    take(FRAMES - 2);
    assertTrue(isIdle());
    take(1);
    assertFalse(isIdle(), "one frame is left");
    pool.free(0);
    assertTrue(isIdle());
    for (int i = 0; i < MANY - 1; i++) {
      pool.dirtied(1);
    }
    assertTrue(isIdle());
    pool.dirtied(1);
    assertFalse(isIdle(), "many pages are dirty");
    for (int i = 0; i < 8 - MANY; i++) {
      pool.dirtied(1);
    }
    pool.dirtied(-MANY);
    assertTrue(isIdle());
  }

  @Test
  @DisplayName("The flusher does not sleep while somebody waits, nor once the pool is closed")
  void neverAsleep() throws Exception {
    take(FRAMES);
    Waiting<?> waiter = waiter(false);
    assertFalse(isIdle());
    pool.free(0);
    waiter.get();
    pool.free(1);
    assertTrue(isIdle());
    pool.close();
    long before = pool.hopes();
    assertFalse(pool.awaitWork(Long.MAX_VALUE));
    pool.rest(Long.MAX_VALUE);
    assertEquals(before, pool.hopes());
  }

  @Test
  @DisplayName("A look for work without time to wait returns at once")
  void noTime() {
    long before = pool.hopes();
    assertTrue(pool.awaitWork(0));
    assertTrue(pool.awaitWork(-1));
    assertEquals(before, pool.hopes());
  }

  @Test
  @DisplayName("An interrupt ends a sleep of the flusher, which looks for work then")
  void interrupted() {
    Thread.currentThread().interrupt();
    assertTrue(pool.awaitWork(Long.MAX_VALUE));
    Thread.currentThread().interrupt();
    pool.rest(Long.MAX_VALUE);
    assertFalse(Thread.interrupted(), "nobody has a reason to");
  }

  @Test
  @DisplayName("Whoever takes the last frame calls the flusher")
  void lastFrameCalls() throws Exception {
    take(FRAMES - 1);
    pool.free(0);
    Waiting<Boolean> flusher = flusher();
    take(2);
    assertTrue(flusher.get());
  }

  @Test
  @DisplayName("Whoever makes dirty pages many calls the flusher")
  void dirtyPagesCall() throws Exception {
    for (int i = 1; i < MANY; i++) {
      pool.dirtied(1);
    }
    Waiting<Boolean> flusher = flusher();
    pool.dirtied(1);
    assertTrue(flusher.get());
  }

  @Test
  @DisplayName("Whoever waits calls the flusher")
  void waiterCalls() throws Exception {
    take(FRAMES);
    Waiting<?> resting =
        new Waiting<>(
            () -> {
              pool.rest(Long.MAX_VALUE);
              return null;
            });
    resting.untilItWaitsIn("awaitNanos");
    Waiting<?> waiter = waiter(false);
    resting.get();
    pool.close();
    assertExhausted(waiter);
  }

  // ---------------------------------------------------------------- who waits for a frame

  @Test
  @DisplayName("A retired frame that nobody reaches any more wakes who waits, and is a hope")
  void retiredFrameWakes() throws Exception {
    take(FRAMES);
    Waiting<?> waiter = waiter(false);
    pool.retire(3);
    long before = pool.hopes();
    pool.freeRetired(1);
    waiter.get();
    assertNotEquals(before, pool.hopes());
  }

  @Test
  @DisplayName("A frame that was freed wakes who waits, and is a hope")
  void freeFrameWakes() throws Exception {
    take(FRAMES);
    Waiting<?> waiter = waiter(true);
    long before = pool.hopes();
    pool.free(3);
    waiter.get();
    assertNotEquals(before, pool.hopes());
  }

  @Test
  @DisplayName("A page that became clean wakes who wants to dirty one, if fewer than allowed are")
  void cleanPageWakes() throws Exception {
    for (int i = 0; i < 9; i++) {
      pool.dirtied(1);
    }
    Waiting<?> waiter = waiter(true);
    pool.dirtied(-1);
    assertFalse(waiter.untilItWaitsIn("awaitUninterruptibly").isOver(), "8 are dirty, as may be");
    pool.dirtied(-1);
    waiter.get();
  }

  @Test
  @DisplayName("A writeback that failed wakes who wants to dirty a page: there are frames yet")
  void failureWakes() throws Exception {
    for (int i = 0; i < 8; i++) {
      pool.dirtied(1);
    }
    Waiting<?> waiter = waiter(true);
    pool.failing(new IOException("bad media"));
    waiter.get();
  }

  @Test
  @DisplayName("Who waits is told that nothing can be freed after the hand has gone round for it")
  void givenUp() throws Exception {
    take(FRAMES);
    // Before anybody waits: this says nothing to later ones.
    pool.candidates(FRAMES, new Candidates());
    pool.giveUp();
    Waiting<?> waiter = waiter(false);
    for (int round = 0; round <= 2; round++) {
      assertGoesOnWaiting(waiter, pool::giveUp);
      pool.candidates(FRAMES, new Candidates());
    }
    pool.giveUp();
    assertExhausted(waiter);
  }

  @Test
  @DisplayName("Nothing is given up while a frame is free")
  void notGivenUp() throws Exception {
    take(FRAMES - 1);
    for (int i = 0; i < 8; i++) {
      pool.dirtied(1);
    }
    Waiting<?> waiter = waiter(true);
    for (int round = 0; round < 5; round++) {
      pool.candidates(FRAMES, new Candidates());
      pool.giveUp();
    }
    assertGoesOnWaiting(waiter, () -> pool.freeRetired(0));
    pool.dirtied(-1);
    waiter.get();
  }

  @Test
  @DisplayName("Closing the pool ends the flusher, and who wants a frame later is told at once")
  void close() throws Exception {
    Waiting<Boolean> flusher = flusher();
    pool.close();
    assertFalse(flusher.get());
    take(FRAMES);
    assertThrows(FramesExhaustedException.class, () -> new PoolShortage(pool, false).await());
  }

  @Test
  @DisplayName("Whatever a call does it lets go of the lock")
  void lockIsFree() throws Exception {
    take(1);
    List<Runnable> calls =
        List.of(
            () -> pool.free(pool.allocate(false)),
            () -> pool.retire(pool.allocate(false)),
            pool::retired,
            () -> pool.freeRetired(1),
            pool::freeFrames,
            pool::evictions,
            pool::exhausted,
            () -> pool.awaitWork(0),
            () -> pool.rest(1),
            pool::isLow,
            pool::hopes,
            () -> pool.failing(null),
            pool::giveUp,
            () -> pool.evicted(0),
            () -> pool.dirtied(1),
            pool::close);
    for (Runnable call : calls) {
      call.run();
      new Waiting<>(pool::freeFrames).get();
    }
  }
}
