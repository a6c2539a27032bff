package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.mm.ExtentCursor;
import io.jdax.mm.ExtentState;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExtentMapTest {
  private static final int BLOCKS = 3000;

  /** Against an array with one place per block; 0 is a hole. */
  @Test
  void randomChangesLeaveWhatAnArrayHolds() {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int round = 0; round < 20; round++) {
      ExtentMap map = new ExtentMap();
      long[] model = new long[BLOCKS];
      int longest = 1 << random.nextInt(8);
      for (int step = 0; step < 4000; step++) {
        int first = random.nextInt(BLOCKS);
        int count = 1 + random.nextInt(Math.min(longest, BLOCKS - first));
        if (random.nextInt(3) == 0) {
          BlockRuns gone = new BlockRuns();
          map.remove(first, first + count, gone);
          long[] blocks = new long[1];
          gone.forEach((pfn, n) -> blocks[0] += n);
          long expected = 0;
          for (int i = first; i < first + count; i++) {
            expected += model[i] != 0 ? 1 : 0;
            model[i] = 0;
          }
          assertEquals(expected, blocks[0], "seed " + seed);
        } else {
          // Mostly where the neighbours would put it, so that extents join.
          long pfn = random.nextInt(4) == 0 ? 10 + random.nextInt(100_000) : 10 + first;
          int unwritten = random.nextInt(8) == 0 ? 1 : 0;
          map.set(first, count, pfn << 1 | unwritten);
          for (int i = 0; i < count; i++) {
            model[first + i] = (pfn + i) << 1 | unwritten;
          }
        }
        if (step % 50 == 0) {
          check(map, model, seed);
        }
      }
      check(map, model, seed);
    }
  }

  private static void check(ExtentMap map, long[] model, long seed) {
    ExtentCursor run = new ExtentCursor();
    long blocks = 0;
    int extents = 0;
    long before = -2;
    for (int i = 0; i < BLOCKS; i++) {
      map.find(i, run);
      long place =
          run.state == ExtentState.HOLE
              ? 0
              : run.pfnOf(i) << 1 | (run.state == ExtentState.UNWRITTEN ? 1 : 0);
      assertEquals(model[i], place, "block " + i + ", seed " + seed);
      blocks += place != 0 ? 1 : 0;
      extents += place != 0 && place != before + 2 ? 1 : 0;
      before = place == 0 ? -2 : place;
      assertEquals(true, run.covers(i, 1), "seed " + seed);
    }
    assertEquals(blocks, map.blocks(), "seed " + seed);
    assertEquals(extents, map.size(), "neighbours are one extent, seed " + seed);
  }
}
