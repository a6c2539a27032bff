package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Frames in parts, beside a map. */
class PartTableTest {
  private static final int FULL = 0xFF;

  /** What is known of a frame. */
  private record Part(int mask, @Nullable PageOwner owner, long page) {}

  private final PartTable table = new PartTable();
  private final Map<Long, Part> parts = new HashMap<>();
  private final PageOwner[] owners = {new PageOwner(), new PageOwner(), new PageOwner()};

  private void compare(long frames) {
    assertEquals(parts.size(), table.size());
    Map<PageOwner, Integer> owned = new HashMap<>();
    int[][] withUsed = new int[2][PartTable.MAX_BLOCKS];
    for (long pfn = 0; pfn < frames; pfn++) {
      Part part = parts.get(pfn);
      int i = table.find(pfn);
      assertEquals(part == null, i == PartTable.NONE, "frame " + pfn);
      if (part != null) {
        assertEquals(pfn, table.frame(i));
        assertEquals(part.mask, table.usedMask(i));
        assertSame(part.owner, table.owner(i));
        for (PageOwner owner : owners) {
          assertEquals(owner == part.owner, table.isOwnedBy(i, owner, part.page));
          assertFalse(table.isOwnedBy(i, owner, part.page + 1));
        }
        if (part.owner != null) {
          owned.merge(part.owner, 1, Integer::sum);
        }
        withUsed[part.owner == null ? 0 : 1][Integer.bitCount(part.mask)]++;
      }
    }
    for (int used = 1; used < PartTable.MAX_BLOCKS; used++) {
      for (int kind = 0; kind < 2; kind++) {
        int i = table.firstWith(kind == 1, used);
        assertEquals(withUsed[kind][used] == 0, i == PartTable.NONE);
        if (i != PartTable.NONE) {
          assertEquals(used, Integer.bitCount(table.usedMask(i)));
          assertEquals(kind == 1, table.owner(i) != null);
        }
      }
    }
    for (PageOwner owner : owners) {
      assertEquals(owned.containsKey(owner), owner.firstPart != PartTable.NONE);
      if (owner.firstPart != PartTable.NONE) {
        assertSame(owner, table.owner(owner.firstPart));
      }
    }
  }

  @Test
  @DisplayName("A frame is found with what was said of it, whatever comes and goes beside it")
  void model() {
    long seed = Long.getLong("jdax.test.seed", ThreadLocalRandom.current().nextLong());
    SplittableRandom random = new SplittableRandom(seed);
    long frames = 300;
    try {
      for (int step = 0; step < 20_000; step++) {
        long pfn = random.nextLong(frames);
        Part part = parts.get(pfn);
        int mask = 1 + random.nextInt(FULL - 1);
        if (part == null) {
          if (step / 3000 % 2 == 0 || random.nextInt(4) == 0) {
            table.add(pfn, mask);
            parts.put(pfn, new Part(mask, null, 0));
          }
        } else {
          int i = table.find(pfn);
          switch (random.nextInt(step / 3000 % 2 == 0 ? 8 : 4)) {
            case 0 -> {
              table.remove(i);
              parts.remove(pfn);
            }
            case 1, 2 -> {
              table.setUsedMask(i, mask);
              parts.put(pfn, new Part(mask, part.owner, part.page));
            }
            default -> {
              PageOwner owner = random.nextInt(3) == 0 ? null : owners[random.nextInt(3)];
              long page = random.nextLong(1L << 40);
              table.setOwner(i, owner, page);
              parts.put(pfn, new Part(part.mask, owner, page));
            }
          }
        }
        if (step % 50 == 0) {
          compare(frames);
        }
        long from = random.nextLong(frames);
        long count = random.nextInt(5) == 0 ? 400 : random.nextInt(4);
        boolean any = parts.keySet().stream().anyMatch(p -> p >= from && p - from < count);
        assertEquals(any, table.hasAny(from, count));
      }
      compare(frames);
      for (PageOwner owner : owners) {
        int gone = 0;
        while (owner.firstPart != PartTable.NONE) {
          table.setOwner(owner.firstPart, null, 0);
          gone++;
        }
        assertEquals(parts.values().stream().filter(p -> p.owner == owner).count(), gone);
      }
    } catch (Throwable t) {
      throw new AssertionError("-Djdax.test.seed=" + seed, t);
    }
  }

  @Test
  @DisplayName("Of frames with as many used blocks the one that has been so for longest is first")
  void firstIn() {
    int a = table.add(10, 0b0011);
    int b = table.add(20, 0b0101);
    int c = table.add(30, 0b1001);
    assertEquals(a, table.firstWith(false, 2));
    table.setUsedMask(a, 0b0111);
    assertEquals(b, table.firstWith(false, 2));
    assertEquals(a, table.firstWith(false, 3));
    table.setUsedMask(a, 0b0011);
    table.remove(b);
    assertEquals(c, table.firstWith(false, 2));
    table.remove(c);
    assertEquals(a, table.firstWith(false, 2));
    assertEquals(PartTable.NONE, table.firstWith(true, 2));
  }

  @Test
  @DisplayName("A frame that leaves its owner leaves the others to him")
  void owner() {
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      numbers.add(table.add(i, 1));
      table.setOwner(numbers.get(i), owners[0], i);
    }
    table.remove(numbers.get(1)); // in the middle
    table.setOwner(numbers.get(3), owners[1], 3); // the first
    table.setOwner(numbers.get(0), null, 0); // the last
    assertEquals(numbers.get(2), owners[0].firstPart);
    assertEquals(numbers.get(3), owners[1].firstPart);
    assertNull(table.owner(numbers.get(0)));
    table.remove(numbers.get(2));
    assertEquals(PartTable.NONE, owners[0].firstPart);
    assertTrue(table.isOwnedBy(numbers.get(3), owners[1], 3));
  }

  @Test
  @DisplayName("Some frame of a run is here if one of its first, its last or any other is")
  void hasAny() {
    table.add(100, 1);
    for (long far : new long[] {1, 1000}) { // fewer frames than are here, and more
      assertTrue(table.hasAny(100, far));
      assertTrue(table.hasAny(101 - far, far));
      assertFalse(table.hasAny(101, far));
      assertFalse(table.hasAny(100 - far, far));
    }
    assertFalse(table.hasAny(100, 0));
  }
}
