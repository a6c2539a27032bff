package io.jdax.cache;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.mm.FramesExhaustedException;
import io.jdax.mm.engine.FrameShortage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bounded memory: who gets a frame, who gives one up, and who is told that there is none. */
@Timeout(60)
class FramePoolTest {
  private static final int FRAMES = 16;
  private static final Duration LONG = Duration.ofDays(1);

  private final FramePool pool = new FramePool("region", 1000, FRAMES, 8);

  /** A file that gives up what the test says. */
  private static final class Owner implements FrameOwner {
    final ToIntFunction<long[]> evict;
    final AtomicInteger failures = new AtomicInteger();
    volatile @Nullable IOException bad;

    Owner(ToIntFunction<long[]> evict) {
      this.evict = evict;
    }

    @Override
    public boolean unmap(long[] pages, int count) {
      return false;
    }

    @Override
    public void writeBack(long[] pages, int count) throws IOException {
      IOException failure = bad;
      if (failure != null) {
        throw failure;
      }
    }

    @Override
    public int evict(long[] pages, int count) {
      return evict.applyAsInt(java.util.Arrays.copyOf(pages, count));
    }

    @Override
    public void writeBackAll() throws IOException {
      writeBack(new long[0], 0);
    }

    @Override
    public void failed(IOException e) {
      failures.incrementAndGet();
    }
  }

  private final Owner keeping = new Owner(pages -> 0);

  private void fill(FrameOwner owner) {
    for (int i = pool.freeFrames(); i > 0; i--) {
      int frame = pool.allocate(false);
      pool.publish(frame, owner, frame, BlockStates.MAPPED);
    }
  }

  private List<Long> candidates(int max) {
    Candidates found = new Candidates();
    pool.candidates(max, found);
    List<Long> pages = new ArrayList<>();
    found
        .sorted()
        .values()
        .forEach(
            batch -> {
              for (int i = 0; i < batch.count; i++) {
                pages.add(batch.pages[i]);
              }
            });
    return pages;
  }

  private static CompletableFuture<Void> waiting(FrameShortage shortage) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            shortage.await();
          } catch (IOException e) {
            throw new java.util.concurrent.CompletionException(e);
          }
        });
  }

  private static Throwable told(CompletableFuture<Void> waiter) throws Exception {
    return requireNonNull(
        assertThrows(ExecutionException.class, () -> waiter.get(30, TimeUnit.SECONDS)).getCause());
  }

  // ---------------------------------------------------------------- frames

  @Test
  @DisplayName("S3.5 memory is bounded: each frame is given out once, and then there is none")
  void bounded() {
    Set<Integer> seen = new HashSet<>();
    for (int i = 0; i < FRAMES; i++) {
      int frame = pool.allocate(false);
      assertTrue(seen.add(frame) && pool.owns(pool.pfn(frame)));
    }
    assertFalse(pool.owns(999));
    assertFalse(pool.owns(1000 + FRAMES));
    assertThrows(FrameShortage.class, () -> pool.allocate(false));
    pool.free(5);
    assertEquals(5, pool.allocate(true));
    assertEquals(0, pool.freeFrames());
  }

  @Test
  @DisplayName("S3.5 as many pages as the limit says may be dirty; clean ones are let in beyond it")
  void dirtyLimit() throws Exception {
    for (int i = 0; i < 8; i++) {
      int frame = pool.allocate(true);
      pool.publish(frame, keeping, i, BlockStates.MAPPED);
      pool.dirtied(1);
    }
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(true));
    int clean = pool.allocate(false);
    pool.free(clean);
    FutureTask<Void> waiter =
        new FutureTask<>(
            () -> {
              shortage.await();
              return null;
            });
    Thread thread = Thread.ofPlatform().start(waiter);
    while (!waiter.isDone() && thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
    assertFalse(waiter.isDone(), "as many as before are dirty");
    assertTrue(pool.awaitWork(Long.MAX_VALUE), "the flusher is called");
    pool.dirtied(-1);
    waiter.get(30, TimeUnit.SECONDS);
    pool.free(pool.allocate(true));
  }

  @Test
  @DisplayName("S3.5 while write back fails dirty pages are let in up to the last frame")
  void failingLetsDirtyPagesIn() throws Exception {
    for (int i = 0; i < FRAMES; i++) {
      if (i == 8) {
        FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(true));
        CompletableFuture<Void> waiter = waiting(shortage);
        pool.failing(new IOException("bad media"));
        waiter.get(30, TimeUnit.SECONDS);
      }
      pool.publish(pool.allocate(true), keeping, i, BlockStates.MAPPED);
      pool.dirtied(1);
    }
    FrameShortage none = assertThrows(FrameShortage.class, () -> pool.allocate(true));
    CompletableFuture<Void> waiter = waiting(none);
    while (!waiter.isDone()) {
      candidates(FRAMES);
      pool.giveUp();
    }
    Throwable e = told(waiter);
    assertInstanceOf(FramesExhaustedException.class, e);
    assertEquals("bad media", requireNonNull(e.getCause()).getMessage());
  }

  // ---------------------------------------------------------------- CLOCK

  @Test
  @DisplayName("S3.5 the hand takes who was not used since it passed, and goes on from there")
  void clock() {
    fill(keeping);
    List<Long> first = candidates(4);
    assertEquals(4, first.size(), "all were used: the second round takes some");
    List<Long> used = new ArrayList<>();
    for (int frame = 0; frame < FRAMES; frame += 2) {
      pool.touch(frame);
      used.add((long) frame);
    }
    List<Long> next = candidates(FRAMES / 2);
    assertTrue(next.stream().noneMatch(used::contains), next + " of which used are " + used);
    assertEquals(
        FRAMES / 2, new HashSet<>(candidates(FRAMES / 2)).size(), "it still finds what it needs");
  }

  @Test
  @DisplayName("S3.5 a page on its way out that somebody asks for stays")
  void leaving() {
    int frame = pool.allocate(false);
    pool.publish(frame, keeping, 3, BlockStates.UNWRITTEN);
    pool.leave(frame);
    assertTrue(pool.isLeaving(frame));
    pool.touch(frame);
    assertFalse(pool.isLeaving(frame));
    assertEquals(BlockStates.UNWRITTEN, pool.states(frame));
  }

  @Test
  @DisplayName("S3.5 frames that nobody has are no candidates")
  void freeFramesAreNoCandidates() {
    fill(keeping);
    for (int frame = 0; frame < FRAMES; frame++) {
      pool.free(frame);
    }
    assertEquals(List.of(), candidates(FRAMES));
  }

  // ---------------------------------------------------------------- waiting

  @Test
  @DisplayName("S3.5 who waits for a frame gets on as soon as one is free")
  void waits() throws Exception {
    fill(keeping);
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    assertEquals(FRAMES, shortage.frames());
    CompletableFuture<Void> waiter = waiting(shortage);
    assertTrue(pool.awaitWork(Long.MAX_VALUE));
    assertFalse(waiter.isDone());
    pool.free(0);
    waiter.get(30, TimeUnit.SECONDS);
  }

  @Test
  @DisplayName("S3.5 when nothing can be freed who waits is told, and later ones too, until one is")
  void exhausted() throws Exception {
    fill(keeping);
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    try (Flusher flusher = new Flusher("t", pool, LONG, () -> {}, 1_000_000)) {
      flusher.add(keeping);
      assertInstanceOf(FramesExhaustedException.class, told(waiting(shortage)));
      assertThrows(FramesExhaustedException.class, shortage::await);
      pool.free(0);
      shortage.await();
    }
  }

  @Test
  @DisplayName("S3.5 that nothing could be freed once, long ago, is no reason to give up")
  void patienceBeginsAnew() throws Exception {
    AtomicInteger passes = new AtomicInteger();
    BitSet held = new BitSet();
    // Every second pass is in vain.
    Owner reluctant =
        new Owner(
            pages -> {
              synchronized (held) {
                if (passes.incrementAndGet() % 2 == 1 || !held.get((int) pages[0])) {
                  return 0;
                }
                held.clear((int) pages[0]);
                pool.free((int) pages[0]);
                return 1;
              }
            });
    long patience = 50_000_000;
    try (Flusher flusher = new Flusher("t", pool, LONG, () -> {}, patience)) {
      flusher.add(reluctant);
      for (int round = 0; round < 4; round++) {
        synchronized (held) {
          passes.set(0);
          for (int i = pool.freeFrames(); i > 0; i--) {
            int frame = pool.allocate(false);
            pool.publish(frame, reluctant, frame, BlockStates.MAPPED);
            held.set(frame);
          }
        }
        new PoolShortage(pool, false).await();
        synchronized (held) {
          held.stream().limit(FRAMES / 2).forEach(pool::free); // by a truncate
          held.stream().limit(FRAMES / 2).boxed().toList().forEach(held::clear);
        }
        long seen = System.nanoTime();
        while (System.nanoTime() - seen < 2 * patience) {
          Thread.onSpinWait(); // what was in vain before must be long ago
        }
      }
    }
  }

  @Test
  @DisplayName("S3.5 closing the pool tells who waits")
  void close() throws Exception {
    fill(keeping);
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    CompletableFuture<Void> waiter = waiting(shortage);
    pool.close();
    assertInstanceOf(FramesExhaustedException.class, told(waiter));
    assertFalse(pool.awaitWork(Long.MAX_VALUE));
  }

  @Test
  @DisplayName("S3.5 a flusher that can free nothing, whatever it is thrown, leaves nobody waiting")
  void nothingFreed() throws Exception {
    Owner broken =
        new Owner(
            pages -> {
              throw new UnsupportedOperationException("on purpose");
            });
    fill(broken);
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    Flusher flusher = new Flusher("t", pool, LONG, () -> {}, 1_000_000);
    flusher.add(broken);
    assertInstanceOf(FramesExhaustedException.class, told(waiting(shortage)));
    flusher.close();
  }

  @Test
  @DisplayName("S3.5 the flusher evicts before the last frame is taken, and counts what it evicted")
  void evictsInTime() throws Exception {
    Owner giving =
        new Owner(
            pages -> {
              for (long page : pages) {
                pool.free((int) page);
              }
              return pages.length;
            });
    try (Flusher flusher = new Flusher("t", pool, LONG, () -> {})) {
      flusher.add(giving);
      for (int i = 0; i < 10 * FRAMES; i++) {
        int frame = -1;
        while (frame < 0) {
          try {
            frame = pool.allocate(false);
          } catch (FrameShortage e) {
            e.await();
          }
        }
        pool.publish(frame, giving, frame, BlockStates.MAPPED);
      }
    }
    assertTrue(pool.evictions() >= 9 * FRAMES, pool::toString);
  }

  @Test
  @DisplayName("S3.5 a failed write back is told to the file each time, and ends with the failure")
  void failuresAreTold() throws Exception {
    Owner bad = new Owner(pages -> 0);
    IOException reason = new IOException("bad media");
    bad.bad = reason;
    fill(bad);
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    try (Flusher flusher = new Flusher("t", pool, LONG, () -> {}, 1_000_000)) {
      flusher.add(bad);
      Throwable e = told(waiting(shortage));
      assertSame(reason, e.getCause());
      assertTrue(bad.failures.get() > 0);
    }
  }
}
