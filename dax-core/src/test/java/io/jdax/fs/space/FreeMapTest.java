package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Which frames are given out, at the edges of words, groups and the device. Closing a map compares
 * its counts with its bits, so that every test here does.
 */
class FreeMapTest {
  private static final int GROUP = FreeMap.GROUP_FRAMES;

  private final BlockRun run = new BlockRun();

  private void assertTaken(FreeMap map, long count, long goal, String expected) {
    assertTrue(map.allocate(count, goal, run));
    assertEquals(expected, run.toString());
    for (long pfn = run.start(); pfn < run.end(); pfn++) {
      assertTrue(map.isUsed(pfn));
    }
  }

  private static void use(FreeMap map, long from, long end) {
    if (from < end) {
      assertEquals(-1, map.markUsed(from, end - from));
    }
  }

  // ---------------------------------------------------------------- every size

  @ParameterizedTest(name = "{0} frames")
  @ValueSource(longs = {1, 63, 64, 65, 127, 128, GROUP - 1, GROUP, GROUP + 1, 2L * GROUP + 64})
  @DisplayName("Each frame of a device is given out once, the last as well, and none after it")
  void everyFrame(long frames) {
    try (FreeMap map = new FreeMap(frames)) {
      assertEquals(frames, map.frameCount());
      assertEquals(frames, map.freeFrames());
      assertFalse(map.isUsed(frames - 1));
      assertThrows(IndexOutOfBoundsException.class, () -> map.isUsed(frames));
      assertThrows(IndexOutOfBoundsException.class, () -> map.isUsed(-1));
      long taken = 0;
      while (map.allocate(frames, -1, run)) {
        taken += run.count();
        assertTrue(run.start() >= 0 && run.end() <= frames, run::toString);
        assertEquals(frames - taken, map.freeFrames());
      }
      assertEquals(frames, taken);
      assertTrue(map.isUsed(0) && map.isUsed(frames - 1));
      map.free(frames - 1, 1);
      assertTaken(map, 5, -1, "[" + (frames - 1) + ", +1)");
      map.free(0, frames);
      assertEquals(frames, map.freeFrames());
      assertTaken(map, frames, 0, "[0, +" + frames + ")");
      assertFalse(map.allocate(1, -1, run));
      assertFalse(map.allocate(1, 0, run));
    }
  }

  @Test
  @DisplayName("A device without frames is refused")
  void noFrames() {
    for (long frames : new long[] {0, -1}) {
      assertThrows(IllegalArgumentException.class, () -> new FreeMap(frames).close());
    }
  }

  @Test
  @DisplayName("Whatever is taken and given back, a frame is used if somebody has it")
  void model() {
    long seed = Long.getLong("jdax.test.seed", ThreadLocalRandom.current().nextLong());
    SplittableRandom random = new SplittableRandom(seed);
    int frames = 777;
    boolean[] used = new boolean[frames];
    try (FreeMap map = new FreeMap(frames)) {
      int free = frames;
      for (int i = 0; i < 20_000; i++) {
        int from = random.nextInt(frames);
        int end = Math.min(frames, from + 1 + random.nextInt(150));
        if (random.nextInt(3) == 0) {
          int to = from;
          while (to < end && used[to] == used[from]) {
            to++;
          }
          if (used[from]) {
            map.free(from, to - from);
          } else {
            assertEquals(-1, map.markUsed(from, to - from));
          }
          free += used[from] ? to - from : from - to;
          Arrays.fill(used, from, to, !used[from]);
        } else if (random.nextBoolean()) {
          int first = from;
          while (first < end && !used[first]) {
            first++;
          }
          if (first < end) {
            assertEquals(first, map.markUsed(from, end - from), "and nothing changes");
          }
        } else if (free == 0) {
          assertFalse(map.allocate(1, from, run));
        } else {
          assertTrue(map.allocate(end - from, random.nextBoolean() ? from : -1, run));
          assertTrue(run.count() > 0 && run.count() <= end - from);
          for (int pfn = (int) run.start(); pfn < run.end(); pfn++) {
            assertFalse(used[pfn], "given out twice");
            used[pfn] = true;
          }
          free -= (int) run.count();
        }
        assertEquals(free, map.freeFrames());
        int asked = random.nextInt(frames);
        assertEquals(used[asked], map.isUsed(asked));
      }
    } catch (Throwable t) {
      throw new AssertionError("-Djdax.test.seed=" + seed, t);
    }
  }

  // ---------------------------------------------------------------- where

  @Test
  @DisplayName("What follows the goal is taken if it suffices, or is 16 frames at least")
  void goal() {
    try (FreeMap map = new FreeMap(1000)) {
      use(map, 116, 117);
      use(map, 215, 216);
      assertTaken(map, 300, 100, "[100, +16)");
      assertTaken(map, 300, 200, "[216, +300)");
      assertTaken(map, 15, 200, "[200, +15)");
      assertTaken(map, 1, 999, "[999, +1)");
      assertTaken(map, 2, 998, "[0, +2)");
    }
  }

  @Test
  @DisplayName("A goal that lies outside is none")
  void goalOutside() {
    try (FreeMap map = new FreeMap(100)) {
      for (long goal : new long[] {100, 101, Long.MAX_VALUE, -1, -2}) {
        assertTrue(map.allocate(1, goal, run));
      }
      assertEquals(95, map.freeFrames());
    }
  }

  @Test
  @DisplayName("Without a goal a thread's frames follow each other, from the end to the beginning")
  void hint() {
    try (FreeMap map = new FreeMap(640)) {
      assertTrue(map.allocate(10, -1, run));
      long end = run.end();
      assertTaken(map, 10, -1, "[" + end + ", +10)");
      use(map, end + 10, 630);
      assertTaken(map, 10, -1, "[630, +10)");
      assertTaken(map, 5, -1, "[0, +5)");
    }
  }

  @Test
  @DisplayName("A run goes on from one group to the next, and a search from the last to the first")
  void groups() {
    try (FreeMap map = new FreeMap(3L * GROUP)) {
      assertTaken(map, GROUP, GROUP - 100, "[" + (GROUP - 100) + ", +" + GROUP + ")");
      use(map, 2L * GROUP - 100, 3L * GROUP);
      assertTaken(map, 50, 2L * GROUP + 70, "[0, +50)");
    }
  }

  @Test
  @DisplayName("A search comes back to what lies before its start in its own group")
  void beforeTheStart() {
    try (FreeMap map = new FreeMap(2L * GROUP)) {
      use(map, 0, GROUP + 70);
      use(map, GROUP + 71, 2L * GROUP);
      assertTaken(map, 8, GROUP + 1000, "[" + (GROUP + 70) + ", +1)");
    }
  }

  @Test
  @DisplayName("After 16 groups with free frames a search takes the longest run that it has seen")
  void patience() {
    long frames = 20L * GROUP;
    for (int nearer = 0; nearer < 2; nearer++) {
      try (FreeMap map = new FreeMap(frames)) {
        int last = nearer == 0 ? 16 : 15; // the group that has a whole run
        for (int group = 0; group < 20; group++) {
          long begin = (long) group * GROUP;
          int free = group == last ? 100 : group == 9 ? 3 : group < last ? 1 : 0;
          use(map, begin + free, begin + GROUP);
        }
        assertTaken(
            map, 100, 0, nearer == 0 ? "[" + 9L * GROUP + ", +3)" : "[" + 15L * GROUP + ", +100)");
      }
    }
  }

  @Test
  @DisplayName("Groups that are full cost a search nothing")
  void fullGroups() {
    try (FreeMap map = new FreeMap(20L * GROUP)) {
      use(map, 0, 19L * GROUP + 5);
      assertTaken(map, 100, 0, "[" + (19L * GROUP + 5) + ", +100)");
    }
  }

  // ---------------------------------------------------------------- huge pages

  @Test
  @DisplayName("A huge page is wholly free, aligned, and wholly on the device")
  void huge() {
    try (FreeMap map = new FreeMap(4 * 512 + 511)) {
      use(map, 0, 1);
      use(map, 2 * 512 - 1, 2 * 512);
      assertTrue(map.allocateHuge(1, run));
      assertEquals("[1024, +512)", run.toString());
      assertTrue(map.allocateHuge(0, run));
      assertEquals("[1536, +512)", run.toString());
      assertFalse(map.allocateHuge(0, run));
      map.free(0, 1);
      assertTrue(map.allocateHuge(2000, run));
      assertEquals("[0, +512)", run.toString());
      assertEquals(512 - 1 + 511, map.freeFrames());
    }
    try (FreeMap map = new FreeMap(512)) {
      assertTrue(map.allocateHuge(-1, run));
      assertFalse(map.allocateHuge(-1, run));
      assertEquals(0, map.freeFrames());
    }
    try (FreeMap map = new FreeMap(511)) {
      assertFalse(map.allocateHuge(0, run));
    }
  }

  @Test
  @DisplayName("A goal outside does not keep a huge page from being found")
  void hugeGoalOutside() {
    try (FreeMap map = new FreeMap(1024)) {
      assertTrue(map.allocateHuge(1024, run));
      assertTrue(map.allocateHuge(Long.MAX_VALUE, run));
      assertEquals(0, map.freeFrames());
    }
  }

  // ---------------------------------------------------------------- errors

  @Test
  @DisplayName("Frames outside of the device are neither taken nor given back")
  void outside() {
    try (FreeMap map = new FreeMap(100)) {
      assertThrows(IndexOutOfBoundsException.class, () -> map.markUsed(99, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> map.markUsed(-1, 1));
      assertThrows(IndexOutOfBoundsException.class, () -> map.free(99, 2));
      assertThrows(IndexOutOfBoundsException.class, () -> map.free(100, 1));
      assertEquals(100, map.freeFrames());
    }
  }

  @Test
  @DisplayName("Who gives back what is free is told so, with the run that he gave")
  void freeTwice() {
    try (FreeMap map = new FreeMap(200)) {
      use(map, 0, 70);
      IllegalStateException e = assertThrows(IllegalStateException.class, () -> map.free(60, 11));
      assertEquals("frames [60, +11) are given back, but some of them were free", e.getMessage());
    }
  }
}
