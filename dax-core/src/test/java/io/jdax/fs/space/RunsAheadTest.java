package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Frames that files keep are free for all who have no others. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RunsAheadTest {
  private final BlockRun out = new BlockRun();

  @Test
  @DisplayName(
      "What is kept is free and usable, and found by no search while there is anything else")
  void isFreeAndNotFound() throws NoSpaceException {
    try (Space space = new Space("test", 10_000)) {
      RunAhead run = new RunAhead();
      long free = space.freeFrames();
      long usable = space.usableFrames();
      assertTrue(space.keepAhead(run, 100, 1, 500));
      assertEquals("500 +100", run.first() + " +" + run.frames());
      assertEquals(100, space.aheadFrames());
      assertEquals(free, space.freeFrames());
      assertEquals(usable, space.usableFrames());
      assertTrue(space.reserveForAccepted(free));
      for (long left = free; left > 100; left -= out.count()) {
        space.allocateReserved(Math.min(left - 100, 64), 490, out);
        assertTrue(out.end() <= 500 || out.start() >= 600, out::toString);
        assertEquals(100, run.frames());
      }
      space.allocateReserved(100, -1, out); // which nobody else has
      assertEquals("[500, +100)", out.toString());
      assertEquals(0, run.frames());
      assertEquals(0, space.freeFrames());
      assertThrows(NoSpaceException.class, () -> space.allocate(1, -1, out));
    }
  }

  @Test
  @DisplayName("A run is taken from its beginning, and by nobody who expects another")
  void isTakenFromItsBeginning() throws NoSpaceException {
    try (Space space = new Space("test", 10_000)) {
      RunAhead run = new RunAhead();
      assertTrue(space.keepAhead(run, 100, 1, 500));
      space.reserve(150);
      assertFalse(space.takeAhead(run, 501, 1, out));
      assertTrue(space.takeAhead(run, 500, 30, out));
      assertEquals("[500, +30)", out.toString());
      assertFalse(space.takeAhead(run, 500, 1, out));
      assertEquals(70, space.aheadFrames());
      assertTrue(space.takeAhead(run, 530, 100, out));
      assertEquals("[530, +70)", out.toString());
      assertFalse(space.takeAhead(run, 600, 1, out), "nothing is left");
      space.unreserve(50);
      space.free(500, 100);
      assertEquals(10_000, space.freeFrames());
    }
  }

  @Test
  @DisplayName("To keep others, or none, gives back what was kept, once")
  void isGivenBackOnce() {
    try (Space space = new Space("test", 10_000)) {
      RunAhead run = new RunAhead();
      RunAhead second = new RunAhead();
      RunAhead third = new RunAhead();
      for (RunAhead r : List.of(run, second, third)) {
        assertTrue(space.keepAhead(r, 100, 1, -1));
      }
      assertTrue(space.keepAhead(second, 70, 1, 5000));
      assertEquals(270, space.aheadFrames());
      space.giveBackAhead(second); // from the middle of the list
      space.giveBackAhead(second);
      assertEquals(200, space.aheadFrames());
      assertTrue(space.keepHugeAhead(second, 0));
      assertEquals(0, second.first() % Space.HUGE_FRAMES);
      assertEquals(200 + Space.HUGE_FRAMES, space.aheadFrames());
      space.giveBackAllAhead();
      space.giveBackAhead(run);
      assertEquals(0, space.aheadFrames());
      assertEquals(0, run.frames() + second.frames() + third.frames());
    }
  }

  @Test
  @DisplayName("What is wanted now is not moved away from its goal for the sake of a run")
  void aShortGapAtTheGoalIsFilled() {
    try (Space space = new Space("test", 10_000)) {
      RunAhead run = new RunAhead();
      assertEquals(-1, space.markUsed(0, 500));
      assertEquals(-1, space.markUsed(510, 90));
      assertFalse(space.keepAhead(run, 100, 2, 500), "what is wanted goes on there");
      assertEquals(0, run.frames());
      assertTrue(space.keepAhead(run, 100, 11, 500), "there is no room for it");
      assertEquals(600, run.first());
      assertTrue(space.keepAhead(run, 100, 2, 505 + 95), "all of it is there");
      assertEquals(600, run.first());
    }
  }

  @Test
  @DisplayName("An eighth of what is usable is kept at most, and never a few frames")
  void isBounded() throws NoSpaceException {
    try (Space space = new Space("test", 10_000)) {
      List<RunAhead> runs = new ArrayList<>();
      RunAhead next = new RunAhead();
      while (space.keepAhead(next, 400, 1, -1)) {
        assertTrue(next.frames() >= 64);
        runs.add(next);
        next = new RunAhead();
      }
      assertTrue(runs.size() >= 3);
      assertTrue(space.aheadFrames() <= space.usableFrames() / 8);
      assertFalse(space.keepHugeAhead(next, -1));
      assertEquals(0, next.frames());
      assertTrue(space.keepAhead(next, 16, 1, -1), "a window that is small");
      space.giveBackAllAhead();
      space.reserve(space.usableFrames() - 500);
      assertFalse(space.keepAhead(next, 400, 1, -1), "the device is nearly full");
    }
  }

  @Test
  @DisplayName("Whoever has frames by count gets them, whatever others keep, take and give back")
  void nobodyLacksThem() throws Exception {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    System.out.println("seed " + seed);
    try (Space space = new Space("test", 3000);
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        SplittableRandom random = new SplittableRandom(seed + i);
        boolean keeps = i < 2;
        all.add(threads.submit(() -> work(space, random, keeps)));
      }
      for (Future<?> one : all) {
        one.get();
      }
      space.giveBackAllAhead();
      assertEquals(3000, space.freeFrames(), "seed " + seed);
    }
  }

  /** Takes all that it can, and gives it back, again and again. */
  private static Void work(Space space, SplittableRandom random, boolean keeps) {
    BlockRun run = new BlockRun();
    RunAhead ahead = new RunAhead();
    for (int round = 0; round < 300; round++) {
      List<long[]> taken = new ArrayList<>();
      while (true) {
        long count = 1L + random.nextInt(16);
        try {
          space.reserve(count);
        } catch (NoSpaceException full) {
          break;
        }
        while (count > 0) {
          if (keeps && ahead.frames() == 0) {
            boolean _ = space.keepAhead(ahead, 64 + random.nextInt(64), 1, -1);
          }
          if (!keeps || !space.takeAhead(ahead, ahead.first(), count, run)) {
            space.allocateReserved(count, -1, run);
          }
          taken.add(new long[] {run.start(), run.count()});
          count -= run.count();
        }
      }
      for (long[] r : taken) {
        space.free(r[0], r[1]); // throws if somebody else had it too
      }
      if (random.nextInt(4) == 0) {
        space.giveBackAhead(ahead);
      }
    }
    space.giveBackAhead(ahead);
    return null;
  }
}
