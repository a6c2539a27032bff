package io.jdax.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.fs.Waiting;
import io.jdax.mm.engine.FrameShortage;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the flusher asks of whom, and in which order. */
@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FlusherWorkTest {
  private static final Duration NEVER = Duration.ofDays(1);
  private static final long PATIENT = NEVER.toNanos();

  private final List<String> calls = new CopyOnWriteArrayList<>();

  /** Gives up its pages, and says what it was asked. */
  private class Owner extends IdleOwner {
    final FramePool pool;
    final String name;

    Owner(FramePool pool, String name) {
      this.pool = pool;
      this.name = name;
    }

    /** Has all that are free; the number of a page is that of its frame. */
    void fill() {
      fill(pool.freeFrames());
    }

    void fill(int count) {
      for (int i = 0; i < count; i++) {
        int frame = pool.allocate(false);
        pool.publish(frame, this, frame, BlockStates.MAPPED);
      }
    }

    @Override
    public boolean unmap(long[] pages, int count) {
      calls.add(name + " unmap " + count);
      return false;
    }

    @Override
    public void writeBack(long[] pages, int count) throws IOException {
      calls.add(name + " write back " + count);
    }

    @Override
    public int evict(long[] pages, int count) {
      calls.add(name + " evict " + count);
      Arrays.stream(pages, 0, count).forEach(page -> pool.free((int) page));
      return count;
    }

    @Override
    public void writeBackAll() throws IOException {
      calls.add(name + " write back all");
    }
  }

  private static FramePool pool(int frames) {
    return new FramePool("region", 1000, frames, 8);
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  // ---------------------------------------------------------------- eviction

  @Test
  @DisplayName("Pages leave in three steps, each for all files, and are counted")
  void threeSteps() throws Exception {
    FramePool pool = pool(16);
    Owner mapped =
        new Owner(pool, "a") {
          @Override
          public boolean unmap(long[] pages, int count) {
            super.unmap(pages, count);
            return true;
          }
        };
    Owner quiet = new Owner(pool, "b");
    mapped.fill(5);
    quiet.fill();
    try (Flusher _ = new Flusher("t", pool, NEVER, () -> calls.add("turn over"), PATIENT)) {
      new PoolShortage(pool, false).await();
      until(() -> pool.evictions() > 0);
    }
    assertEquals(
        List.of(
            "a unmap 5",
            "b unmap 3",
            "turn over",
            "a write back 5",
            "a evict 5",
            "b write back 3",
            "b evict 3"),
        calls);
    assertEquals(8, pool.evictions());
    assertEquals(8, pool.freeFrames());
  }

  @Test
  @DisplayName("No epoch is turned over for pages that no thread reaches")
  void noTurnOver() throws Exception {
    FramePool pool = pool(16);
    new Owner(pool, "a").fill();
    try (Flusher _ = new Flusher("t", pool, NEVER, () -> calls.add("turn over"), PATIENT)) {
      new PoolShortage(pool, false).await();
    }
    assertFalse(calls.contains("turn over"));
  }

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource({"16, 8", "64, 16", "2048, 512", "4096, 512"})
  @DisplayName(
      "A quarter of the frames is taken away at a time, but no fewer than 8, nor above 512")
  void batch(int frames, int expected) throws Exception {
    FramePool pool = pool(frames);
    new Owner(pool, "a").fill();
    try (Flusher _ = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      new PoolShortage(pool, false).await();
    }
    assertEquals("a unmap " + expected, calls.getFirst());
  }

  @Test
  @DisplayName("Pages of a file that was closed meanwhile are left to who closes it")
  void closedMeanwhile() throws Exception {
    FramePool pool = pool(16);
    Owner closed =
        new Owner(pool, "a") {
          @Override
          public void writeBack(long[] pages, int count) {
            throw new IllegalStateException("closed");
          }
        };
    closed.fill(5);
    new Owner(pool, "b").fill();
    try (Flusher _ = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      FrameShortage shortage = new PoolShortage(pool, false);
      shortage.await();
      until(() -> pool.evictions() > 0);
      assertNull(shortage.exhausted().getCause());
    }
    assertFalse(calls.contains("a evict 5"));
    assertEquals(3, pool.evictions());
  }

  @Test
  @DisplayName("What could not be written back is told to its file, which may give up the rest")
  void failedWriteBack() throws Exception {
    FramePool pool = pool(16);
    IOException bad = new IOException("bad media");
    List<IOException> told = new CopyOnWriteArrayList<>();
    Owner failing =
        new Owner(pool, "a") {
          @Override
          public void writeBack(long[] pages, int count) throws IOException {
            throw bad;
          }

          @Override
          public void failed(IOException e) {
            told.add(e);
          }
        };
    failing.fill();
    try (Flusher _ = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      FrameShortage shortage = new PoolShortage(pool, false);
      shortage.await();
      until(() -> pool.evictions() > 0);
      assertSame(bad, shortage.exhausted().getCause());
    }
    assertEquals(List.of(bad), told);
    assertEquals(8, pool.evictions());
  }

  @Test
  @DisplayName("Who waits is told nothing before the flusher's patience is over")
  void patience() throws Exception {
    FramePool pool = pool(16);
    AtomicInteger passes = new AtomicInteger();
    Owner keeping =
        new Owner(pool, "a") {
          @Override
          public int evict(long[] pages, int count) {
            passes.incrementAndGet();
            return 0;
          }
        };
    keeping.fill();
    try (Flusher _ = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      Waiting<?> waiter =
          new Waiting<>(
                  () -> {
                    new PoolShortage(pool, false).await();
                    return null;
                  })
              .untilItWaitsIn("awaitUninterruptibly");
      until(() -> passes.get() >= 16); // of which two are a round of the hand
      pool.free(3);
      waiter.get();
    }
  }

  // ---------------------------------------------------------------- writeback

  @Test
  @DisplayName("Pages are written back when many are dirty, though none is old, by this thread")
  void manyAreDirty() {
    FramePool pool = pool(16);
    AtomicInteger byFlusher = new AtomicInteger();
    Flusher[] flusher = new Flusher[1];
    Owner owner =
        new Owner(pool, "a") {
          @Override
          public void writeBackAll() {
            byFlusher.addAndGet(flusher[0].isCurrentThread() ? 1 : -1000);
            pool.dirtied(-pool.dirtyFrames());
          }
        };
    try (Flusher f = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      flusher[0] = f;
      f.add(owner);
      for (int i = 0; i < 5; i++) {
        pool.dirtied(1);
      }
      until(() -> pool.dirtyFrames() == 0);
      assertFalse(f.isCurrentThread());
    }
    assertEquals(1, byFlusher.get());
  }

  @Test
  @DisplayName("Nothing is written back but what leaves, while few pages are dirty and none is old")
  void onlyWhatLeaves() throws Exception {
    FramePool pool = pool(16);
    Owner owner = new Owner(pool, "a");
    pool.dirtied(4);
    owner.fill();
    try (Flusher flusher = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      flusher.add(owner);
      for (int i = 0; i < 3; i++) {
        new PoolShortage(pool, false).await();
        owner.fill();
      }
    }
    assertFalse(calls.contains("a write back all"), calls::toString);
  }

  @Test
  @DisplayName("A flusher that nobody wants sleeps")
  void sleeps() {
    FramePool pool = pool(16);
    try (Flusher _ = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      until(() -> pool.hopes() > 0); // which it says before it goes to sleep
    }
  }

  @Test
  @DisplayName("Old pages are written back, of all files that were added and not removed")
  void oldPages() {
    FramePool pool = pool(16);
    Owner first = new Owner(pool, "a");
    Owner second = new Owner(pool, "b");
    try (Flusher flusher = new Flusher("t", pool, Duration.ofMillis(1), () -> {}, PATIENT)) {
      flusher.add(first);
      flusher.add(second);
      until(() -> calls.contains("a write back all") && calls.contains("b write back all"));
      flusher.remove(first);
      calls.clear();
      untilTwoRounds("b write back all");
      calls.clear();
      untilTwoRounds("b write back all");
      assertFalse(calls.contains("a write back all"));
    }
  }

  /** After the first, a round has begun that knows who was removed. */
  private void untilTwoRounds(String call) {
    until(() -> calls.stream().filter(call::equals).count() >= 2);
  }

  @Test
  @DisplayName("While no page can be written back, more may become dirty, until it can be again")
  void failingWriteback() throws Exception {
    FramePool pool = pool(16);
    IOException bad = new IOException("bad media");
    List<IOException> told = new CopyOnWriteArrayList<>();
    AtomicInteger fails = new AtomicInteger(1);
    Owner owner =
        new Owner(pool, "a") {
          @Override
          public void writeBackAll() throws IOException {
            if (fails.get() != 0) {
              throw bad;
            }
          }

          @Override
          public void failed(IOException e) {
            told.add(e);
          }
        };
    for (int i = 0; i < 8; i++) {
      pool.dirtied(1);
    }
    try (Flusher flusher = new Flusher("t", pool, NEVER, () -> {}, PATIENT)) {
      flusher.add(owner);
      new PoolShortage(pool, true).await();
      pool.free(pool.allocate(true));
      assertSame(bad, told.getFirst());
      assertSame(bad, pool.exhausted().getCause());
      fails.set(0);
      until(() -> pool.exhausted().getCause() == null);
      assertThrows(FrameShortage.class, () -> pool.allocate(true));
    }
  }

  @Test
  @DisplayName("A file that was closed meanwhile is no failure of a writeback")
  void closedIsNoFailure() {
    FramePool pool = pool(16);
    AtomicInteger asked = new AtomicInteger();
    Owner closed =
        new Owner(pool, "a") {
          @Override
          public void writeBackAll() {
            asked.incrementAndGet();
            throw new IllegalStateException("closed");
          }
        };
    try (Flusher flusher = new Flusher("t", pool, Duration.ofMillis(1), () -> {}, PATIENT)) {
      flusher.add(closed);
      until(() -> asked.get() > 0);
      pool.failing(new IOException("of before"));
      until(() -> pool.exhausted().getCause() == null);
    }
  }

  @Test
  @DisplayName("Once it is closed the thread is gone, and the pool is closed")
  void close() {
    FramePool pool = pool(16);
    Owner owner = new Owner(pool, "a");
    Flusher flusher = new Flusher("t", pool, Duration.ofMillis(1), () -> {}, PATIENT);
    flusher.add(owner);
    flusher.close();
    calls.clear();
    assertFalse(pool.awaitWork(Long.MAX_VALUE));
    assertEquals(List.of(), calls);
    flusher.close();
  }
}
