package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One node, in the middle of others, beside a list of what it should hold. */
class NodeTest {
  private static final long AT = Node.BYTES;

  private final MemorySegment s = MemorySegment.ofArray(new byte[3 * Node.BYTES]);
  private final MemorySegment scratch = MemorySegment.ofArray(new byte[Node.BYTES]);
  private final long seed = Long.getLong("jdax.test.seed", ThreadLocalRandom.current().nextLong());
  private final SplittableRandom random = new SplittableRandom(seed);

  /** Keys of one kind: evenly spread, in heaps, ever farther apart, at both ends, of many files. */
  private SortedSet<ItemKey> keys(int kind, int count) {
    TreeSet<ItemKey> keys = new TreeSet<>();
    long base = kind == 3 ? -count / 2 : random.nextLong() >>> random.nextInt(64);
    for (int i = 0; keys.size() < count; i++) {
      switch (kind) {
        case 0 -> keys.add(new ItemKey(7, base + 3L * i));
        case 1 -> keys.add(new ItemKey(-7, base + random.nextInt(4) * (1L << 40) + i));
        case 2 -> keys.add(new ItemKey(7, random.nextLong() >>> random.nextInt(64)));
        case 3 -> keys.add(new ItemKey(7, base + i));
        case 4 -> keys.add(new ItemKey(random.nextInt(5) - 2, random.nextInt(200)));
        default -> keys.add(new ItemKey(i < count / 2 ? 0 : -1, random.nextLong()));
      }
    }
    return keys;
  }

  @ParameterizedTest(name = "kind {0}")
  @DisplayName("The last slot that is not above a key is found, however the keys are spread")
  @ValueSource(ints = {0, 1, 2, 3, 4, 5})
  void lastAtMost(int kind) {
    for (int round = 0; round < 60; round++) {
      int level = round & 1;
      List<ItemKey> keys = new ArrayList<>(keys(kind, random.nextInt(Node.MAX_CHILDREN + 1)));
      s.fill((byte) 0x5A);
      Node.clear(s, AT, level);
      for (int i = 0; i < keys.size(); i++) {
        if (level == 1) {
          Node.insertChild(s, AT, i, keys.get(i).hi(), keys.get(i).lo(), i);
        } else {
          Node.insertItem(s, AT, i, keys.get(i).hi(), keys.get(i).lo(), scratch, 0, 0, scratch);
        }
      }
      ask(level, keys, new ItemKey(0, 0));
      ask(level, keys, new ItemKey(-1, -1));
      for (ItemKey key : keys) {
        ask(level, keys, key);
        ask(level, keys, new ItemKey(key.hi(), key.lo() + 1));
        ask(level, keys, new ItemKey(key.hi(), key.lo() - 1));
        ask(level, keys, new ItemKey(key.hi(), random.nextLong() >>> random.nextInt(64)));
      }
    }
  }

  private void ask(int level, List<ItemKey> keys, ItemKey key) {
    int last = -1;
    while (last + 1 < keys.size() && keys.get(last + 1).compareTo(key) <= 0) {
      last++;
    }
    assertEquals(
        last, Node.lastAtMost(s, AT, level, key.hi(), key.lo()), () -> "seed " + seed + key);
    boolean there = last >= 0 && keys.get(last).equals(key);
    assertEquals(there, Node.isAt(s, AT, level, last, key.hi(), key.lo()));
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Entry(ItemKey key, byte[] value) {}

  @Test
  @DisplayName(
      "A leaf holds what was put in, its neighbours are left alone, and its sums are right")
  void leaf() {
    List<Entry> items = new ArrayList<>();
    s.fill((byte) 0x5A);
    Node.clear(s, AT, 0);
    for (int i = 0; i < 20_000; i++) {
      byte[] value = new byte[random.nextInt(random.nextInt(6) == 0 ? 1000 : 60)];
      random.nextBytes(value);
      if (random.nextInt(5) < 3 && Node.freeBytes(s, AT) >= Node.LEAF_SLOT + value.length) {
        int at = random.nextInt(items.size() + 1);
        ItemKey key = new ItemKey(random.nextLong(), random.nextLong());
        MemorySegment given = MemorySegment.ofArray(value);
        Node.insertItem(s, AT, at, key.hi(), key.lo(), given, 0, value.length, scratch);
        items.add(at, new Entry(key, value));
      } else if (!items.isEmpty()) {
        int from = random.nextInt(items.size());
        int most = random.nextInt(50) == 0 ? items.size() : 3;
        int to = Math.min(items.size(), from + random.nextInt(most + 1));
        Node.removeItems(s, AT, from, to);
        items.subList(from, to).clear();
      }
      if (random.nextInt(100) == 0) {
        Node.compact(s, AT, scratch);
        assertEquals(0, Node.garbage(s, AT));
      }
      compare(items);
    }
    assertEquals(0x5A, s.get(ValueLayout.JAVA_BYTE, AT - 1));
    assertEquals(0x5A, s.get(ValueLayout.JAVA_BYTE, AT + Node.BYTES));
  }

  private void compare(List<Entry> items) {
    assertEquals(items.size(), Node.count(s, AT), () -> "seed " + seed);
    int bytes = 0;
    for (int i = 0; i < items.size(); i++) {
      Entry e = items.get(i);
      long slot = Node.slot(AT, 0, i);
      assertEquals(e.key, new ItemKey(Node.hi(s, slot), Node.lo(s, slot)));
      assertEquals(e.value.length, Node.valueLength(s, slot));
      assertArrayEquals(
          e.value,
          s.asSlice(AT + Node.valueAt(s, slot), e.value.length).toArray(ValueLayout.JAVA_BYTE));
      bytes += Node.LEAF_SLOT + e.value.length;
    }
    assertEquals(bytes, Node.usedBytes(s, AT), () -> "seed " + seed);
    assertEquals(Node.BYTES - Node.SLOTS - bytes, Node.freeBytes(s, AT));
    if (items.isEmpty()) {
      assertEquals(Node.BYTES, Node.values(s, AT), "an empty leaf has no dead values");
      assertEquals(0, Node.garbage(s, AT));
    }
  }

  @Test
  @DisplayName("Keys are compared unsigned, the high half first")
  void order() {
    long[] ascending = {0, 1, Long.MAX_VALUE, Long.MIN_VALUE, -1};
    for (int i = 0; i < ascending.length; i++) {
      for (int j = 0; j < ascending.length; j++) {
        int expected = Integer.compare(i, j);
        ItemKey high = new ItemKey(ascending[i], 5);
        assertEquals(expected, Integer.signum(high.compareTo(new ItemKey(ascending[j], 5))));
        ItemKey low = new ItemKey(5, ascending[i]);
        assertEquals(expected, Integer.signum(low.compareTo(new ItemKey(5, ascending[j]))));
      }
    }
    assertTrue(new ItemKey(1, -1).compareTo(new ItemKey(2, 0)) < 0);
  }

  @Test
  @DisplayName("An item is read as bytes and numbers, and never behind its value")
  void item() {
    byte[] value = {1, 2, 3, 4, 5, 6, 7, -8, 9};
    Item item = Item.of(3, -4, value);
    assertEquals(3, item.hi());
    assertEquals(-4, item.lo());
    assertEquals(9, item.length());
    assertEquals(9, item.getByte(8));
    assertEquals(0x0302, item.getShort(1));
    assertEquals(0xF8070605, item.getInt(4));
    assertEquals(0xF807060504030201L, item.getLong(0));
    assertArrayEquals(value, item.toByteArray());
    byte[] part = new byte[5];
    item.copyTo(2, part, 1, 3);
    assertArrayEquals(new byte[] {0, 3, 4, 5, 0}, part);
    assertFalse(refuses(() -> item.getLong(1)));
    assertTrue(refuses(() -> item.getByte(9)));
    assertTrue(refuses(() -> item.getShort(8)));
    assertTrue(refuses(() -> item.getInt(6)));
    assertTrue(refuses(() -> item.getLong(2)));
    assertTrue(refuses(() -> item.copyTo(7, part, 0, 3)));
  }

  private static boolean refuses(Runnable what) {
    try {
      what.run();
      return false;
    } catch (IndexOutOfBoundsException e) {
      return true;
    }
  }
}
