package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SpaceTest {
  private final BlockRun run = new BlockRun();

  @Test
  @DisplayName("Runs are contiguous and begin at the goal if they can")
  void runsAreContiguousAndBeginAtTheGoalIfTheyCan() {
    try (FreeMap map = new FreeMap(200_000)) {
      assertTrue(map.allocate(1000, 77, run));
      assertEquals("[77, +1000)", run.toString());
      assertTrue(map.allocate(100, run.end(), run));
      assertEquals(1077, run.start());
      assertTrue(map.allocate(100, 1000, run), "the goal is taken");
      assertEquals(1177, run.start());
      assertTrue(map.allocate(60_000, 150_000, run), "there is no such run behind the goal");
      assertEquals(60_000, run.count() + (run.count() < 60_000 ? 60_000 - run.count() : 0));
      assertEquals(200_000 - 1200 - run.count(), map.freeFrames());
    }
  }

  @Test
  @DisplayName("Fragmented map gives its longest run and then the rest")
  void fragmentedMapGivesItsLongestRunAndThenTheRest() {
    try (FreeMap map = new FreeMap(1000)) {
      for (int pfn = 0; pfn < 1000; pfn += 4) {
        assertEquals(-1, map.markUsed(pfn, pfn == 500 ? 1 : 2));
      }
      assertTrue(map.allocate(10, -1, run));
      assertEquals("[501, +3)", run.toString());
      int got = 0;
      while (map.allocate(10, -1, run)) {
        assertEquals(2, run.count());
        got += 2;
      }
      assertEquals(249 * 2, got);
      assertEquals(0, map.freeFrames());
    }
  }

  @Test
  @DisplayName("Huge pages are aligned")
  void hugePagesAreAligned() {
    try (FreeMap map = new FreeMap(512 * 5 + 100)) {
      assertEquals(-1, map.markUsed(0, 2));
      assertEquals(-1, map.markUsed(1500, 1));
      List<Long> pages = new ArrayList<>();
      while (map.allocateHuge(2000, run)) {
        assertEquals(512, run.count());
        pages.add(run.start());
      }
      assertEquals(List.of(2048L, 512L), pages.subList(0, 2));
      assertEquals(3, pages.size());
    }
  }

  @Test
  @DisplayName("Blocks that are in use or free already are noticed")
  void blocksThatAreInUseOrFreeAlreadyAreNoticed() {
    try (FreeMap map = new FreeMap(300)) {
      assertEquals(-1, map.markUsed(100, 100));
      assertEquals(100, map.markUsed(50, 100));
      assertFalse(map.isUsed(99), "nothing changed");
      assertEquals(150, map.markUsed(150, 1));
      assertThrows(IllegalStateException.class, () -> map.free(199, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> map.markUsed(250, 51));
      assertThrows(IndexOutOfBoundsException.class, () -> map.isUsed(300));
    }
  }

  @Test
  @DisplayName("Allocations leave the reserve")
  void allocationsLeaveTheReserve() throws NoSpaceException {
    try (Space space = new Space("r", 1000)) {
      long usable = space.usableFrames();
      assertEquals(1000 - 64, usable);
      space.reserve(usable - 1);
      space.allocate(5, -1, run);
      assertEquals(1, run.count());
      NoSpaceException e = assertThrows(NoSpaceException.class, () -> space.allocate(1, -1, run));
      assertEquals(999, e.freeBlocks());
      assertEquals(0, e.usableBlocks());
      assertEquals(
          "r: no space for 1 blocks of data: 999 blocks of 4096 bytes are free, of which 0 are"
              + " usable; the others are reserved for metadata and for stores that were accepted",
          e.getMessage());
      assertThrows(NoSpaceException.class, () -> space.promise(1));
      assertThrows(NoSpaceException.class, () -> space.reserveNodes(1, false));
      space.reserveNodes(64, true);
      assertThrows(NoSpaceException.class, () -> space.reserveNodes(1, true));
      space.releaseNodes(64);
      space.unreserve(usable - 1);
      assertEquals(usable - 1, space.usableFrames());
    }
  }

  @Test
  @DisplayName("Promises take room from data until they are recorded")
  void promisesTakeRoomFromDataUntilTheyAreRecorded() throws NoSpaceException {
    try (Space space = new Space("r", 10_000)) {
      long usable = space.usableFrames();
      space.promise(Space.ITEMS_PER_NODE * 10 + 1);
      assertEquals(usable - 11, space.usableFrames());
      space.recorded(Space.ITEMS_PER_NODE * 10 + 1);
      assertEquals(usable, space.usableFrames());
    }
  }

  @Test
  @DisplayName("What is promised pays for a split of each leaf, at most one for each item")
  void promisesPayForSplits() throws NoSpaceException {
    try (Space space = new Space("r", 10_000)) {
      space.setNodes(20);
      long usable = space.usableFrames();
      space.promise(5);
      assertEquals(usable - 5 - 1, space.usableFrames());
      space.promise(95);
      assertEquals(usable - 20 - 4, space.usableFrames());
      long half = (usable - 24) / 2 - 1;
      space.reserveNodes((int) half, false); // makes what is promised dearer
      space.releaseNodes((int) half);
      space.recorded(100);
      assertEquals(usable, space.usableFrames());
    }
  }

  @Test
  @DisplayName("Delayed blocks come back with the commit after theirs")
  void delayedBlocksComeBackWithTheCommitAfterTheirs() throws NoSpaceException {
    try (Space space = new Space("r", 1000)) {
      space.reserve(30);
      space.allocateReserved(30, 100, run);
      long free = space.freeFrames();
      space.committed(4);
      space.freeAfter(100, 10, 6);
      space.freeAfter(110, 10, 5); // was in quarantine
      assertEquals(free, space.freeFrames());
      space.committed(5);
      assertEquals(free, space.freeFrames());
      assertEquals(20, space.delayedFrames());
      space.committed(6);
      assertEquals(free + 10, space.freeFrames());
      assertFalse(space.isUsed(110));
      space.freeAfter(120, 10, 5);
      assertEquals(free + 20, space.freeFrames());
      space.committed(7);
      assertEquals(free + 30, space.freeFrames());
      assertEquals(0, space.delayedFrames());
    }
  }

  /** Every block has at most one owner, and in the end all are back. */
  @Test
  @DisplayName("Threads never get the same block")
  void threadsNeverGetTheSameBlock() throws InterruptedException {
    int blocks = 100_000;
    try (Space space = new Space("r", blocks)) {
      AtomicIntegerArray owners = new AtomicIntegerArray(blocks);
      AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        int seed = t;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      try {
                        allocateAndFree(space, owners, new SplittableRandom(seed));
                      } catch (Throwable e) {
                        failure.compareAndSet(null, e);
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
      if (failure.get() != null) {
        throw new AssertionError(failure.get());
      }
      assertEquals(blocks, space.freeFrames());
      assertEquals(blocks - 1562, space.usableFrames());
    }
  }

  private static void allocateAndFree(
      Space space, AtomicIntegerArray owners, SplittableRandom random) {
    BlockRun run = new BlockRun();
    ArrayDeque<long[]> mine = new ArrayDeque<>();
    for (int i = 0; i < 60_000; i++) {
      try {
        if (random.nextInt(20) == 0) {
          if (!space.allocateHuge(-1, run)) {
            throw new NoSpaceException("r", "a huge page", 4096, 0, 0);
          }
          assertEquals(0, run.start() % 512);
        } else {
          space.allocate(1 + random.nextInt(200), random.nextInt(100_000), run);
        }
        mine.add(new long[] {run.start(), run.count()});
        for (long pfn = run.start(); pfn < run.end(); pfn++) {
          assertEquals(0, owners.getAndIncrement((int) pfn), "two owners");
        }
      } catch (NoSpaceException e) {
        for (int j = mine.size() / 2; j > 0; j--) {
          give(space, owners, mine.remove());
        }
      }
    }
    mine.forEach(each -> give(space, owners, each));
  }

  private static void give(Space space, AtomicIntegerArray owners, long[] run) {
    for (long pfn = run[0]; pfn < run[0] + run[1]; pfn++) {
      owners.decrementAndGet((int) pfn);
    }
    space.free(run[0], run[1]);
  }
}
