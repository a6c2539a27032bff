package io.jdax.fs.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.space.Units;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.mm.ExtentState;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;

/** The extents of a file against an array with an element per block. */
class ExtentMapModelTest {
  private static final int BLOCKS = 2_000;

  private final ExtentMap map = new ExtentMap(Units.PAGES);
  private final long[] pfns = new long[BLOCKS]; // 0: hole; negative: unwritten

  @RepeatedTest(20)
  @DisplayName(
      "After any sets and removes, of many chunks of extents, each block is what was set last")
  void blocksAreWhatWasSetLast() {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    Random random = new Random(seed);
    int most = 0;
    for (int step = 0; step < 3_000; step++) {
      int first = random.nextInt(BLOCKS);
      int count = Math.min(BLOCKS - first, 1 + random.nextInt(random.nextInt(10) == 0 ? 200 : 6));
      if (random.nextInt(4) == 0) {
        BlockRuns removed = new BlockRuns();
        map.remove(first, first + count, removed);
        for (int i = first; i < first + count; i++) {
          pfns[i] = 0;
        }
      } else {
        // Often what the neighbours go on with, so that extents join.
        long pfn = random.nextInt(4) > 0 ? 10_000 + first : 20_000 + 3L * random.nextInt(10_000);
        boolean written = random.nextInt(3) > 0;
        map.set(first, count, pfn, written ? ExtentState.WRITTEN : ExtentState.UNWRITTEN);
        for (int i = 0; i < count; i++) {
          pfns[first + i] = written ? pfn + i : -pfn - i;
        }
      }
      String where = "seed " + seed + ", step " + step;
      check(random.nextInt(BLOCKS), where);
      check(first, where);
      check(Math.min(BLOCKS - 1, first + count), where);
      most = Math.max(most, map.size());
      if (step % 100 == 0) {
        for (int block = 0; block < BLOCKS; block++) {
          check(block, where);
        }
      }
    }
    assertTrue(most > 128, "enough extents for several chunks: " + most);
  }

  private void check(int block, String where) {
    BlockExtent run = new BlockExtent();
    map.find(block, run);
    long expected = pfns[block];
    assertEquals(
        expected == 0
            ? ExtentState.HOLE
            : expected > 0 ? ExtentState.WRITTEN : ExtentState.UNWRITTEN,
        run.state,
        () -> "block " + block + ", " + where);
    assertTrue(
        run.firstBlock <= block && block < run.endBlock(),
        () -> "the run does not hold block " + block + ", " + where);
    if (expected != 0) {
      assertEquals(
          Math.abs(expected), run.deviceBlockOf(block), () -> "block " + block + ", " + where);
    }
  }
}
