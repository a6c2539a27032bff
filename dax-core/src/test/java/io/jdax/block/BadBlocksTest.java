package io.jdax.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.jdax.region.BadRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BadBlocksTest {
  private static BadRange units(int first, int count) {
    return new BadRange(first * 512L, count * 512L);
  }

  @Test
  @DisplayName("No ranges are the one object none")
  void noRangesAreTheOneObjectNone() {
    assertSame(BadBlocks.NONE, BadBlocks.of(List.of()));
    assertSame(BadBlocks.NONE, BadBlocks.of(List.of(units(3, 2))).without(0, 1 << 20));
    assertNull(BadBlocks.NONE.first(0, Long.MAX_VALUE));
  }

  @Test
  @DisplayName("Ranges are sorted merged and grown to units")
  void rangesAreSortedMergedAndGrownToUnits() {
    BadBlocks bad =
        BadBlocks.of(
            List.of(units(9, 1), units(2, 2), units(3, 4), units(7, 1), new BadRange(10_241, 1)));
    assertEquals(List.of(units(2, 6), units(9, 1), units(20, 1)), bad.ranges());
  }

  @Test
  @DisplayName("Agrees with a bit set")
  void agreesWithABitSet() {
    long seed = TestDevices.seed();
    Random random = new Random(seed);
    for (int round = 0; round < 300; round++) {
      BitSet model = new BitSet();
      List<BadRange> ranges = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        int first = random.nextInt(60);
        int count = 1 + random.nextInt(6);
        model.set(first, first + count);
        ranges.add(units(first, count));
      }
      BadBlocks bad = BadBlocks.of(ranges);
      for (int i = 0; i < 4; i++) {
        check(bad, model, "seed " + seed);
        int first = random.nextInt(66);
        int count = random.nextInt(8);
        bad = bad.without(first * 512L, count * 512L);
        model.clear(first, first + count);
      }
    }
  }

  private static void check(BadBlocks bad, BitSet model, String where) {
    for (int first = 0; first < 68; first++) {
      for (int count = 0; count < 12; count++) {
        List<BadRange> expected = new ArrayList<>();
        for (int from = model.nextSetBit(first); from >= 0 && from < first + count; ) {
          int to = Math.min(model.nextClearBit(from), first + count);
          expected.add(units(from, to - from));
          from = model.nextSetBit(to);
        }
        assertEquals(expected, bad.within(first * 512L, count * 512L), where);
        assertEquals(
            expected.isEmpty() ? null : expected.getFirst(),
            bad.first(first * 512L, count * 512L),
            where);
      }
    }
  }
}
