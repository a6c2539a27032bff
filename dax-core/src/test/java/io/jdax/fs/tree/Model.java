package io.jdax.fs.tree;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** What a tree should hold, and random operations that are done to both. */
final class Model {
  record Key(long hi, long lo) implements Comparable<Key> {
    @Override
    public int compareTo(Key o) {
      return Node.compare(hi, lo, o.hi, o.lo);
    }
  }

  final TreeMap<Key, byte[]> map;
  private final RandomGenerator random;
  private final int inodes;
  private final int keysPerInode;
  private final int maxValue;
  int minValue;
  boolean wideRanges = true;

  Model(RandomGenerator random, int inodes, int keysPerInode, int maxValue) {
    this(random, inodes, keysPerInode, maxValue, Map.of());
  }

  private Model(
      RandomGenerator random, int inodes, int keysPerInode, int maxValue, Map<Key, byte[]> map) {
    this.random = random;
    this.inodes = inodes;
    this.keysPerInode = keysPerInode;
    this.maxValue = maxValue;
    this.map = new TreeMap<>(map);
  }

  Model copy() {
    return new Model(random, inodes, keysPerInode, maxValue, map);
  }

  /** Some keys are negative as signed numbers. */
  Key key() {
    long hi = random.nextInt(inodes);
    long lo = random.nextInt(keysPerInode);
    return new Key(hi % 5 == 4 ? -hi : hi << 8, lo % 7 == 6 ? ~lo : lo * 3);
  }

  byte[] value() {
    int limit =
        switch (random.nextInt(8)) {
          case 0 -> maxValue;
          case 1 -> 0;
          default -> Math.min(maxValue, 24);
        };
    byte[] value = new byte[Math.max(minValue, random.nextInt(limit + 1))];
    random.nextBytes(value);
    return value;
  }

  /** One random modification of both. */
  void modify(Change change, int deletesInTen) throws IOException {
    Key key = key();
    int dice = random.nextInt(1000);
    if (dice < 3) {
      Key to =
          wideRanges && random.nextBoolean()
              ? key()
              : new Key(key.hi, key.lo + random.nextInt(wideRanges ? 400 : 20));
      change.deleteRange(key.hi, key.lo, to.hi, to.lo);
      if (key.compareTo(to) < 0) {
        map.subMap(key, true, to, false).clear();
      }
    } else if (dice % 10 < deletesInTen) {
      assertEquals(map.remove(key) != null, change.delete(key.hi, key.lo));
    } else {
      byte[] value = value();
      change.put(key.hi, key.lo, value);
      map.put(key, value);
    }
  }

  /** Three random lookups in both. */
  void look(CowTree tree, Item item) throws IOException {
    Key key = key();
    byte[] value = map.get(key);
    assertEquals(value != null, OneLookup.get(tree, key.hi, key.lo, item));
    if (value != null) {
      assertArrayEquals(value, item.toByteArray());
    }
    assertItem(map.ceilingEntry(key), OneLookup.ceiling(tree, key.hi, key.lo, item), item);
    assertItem(map.floorEntry(key), OneLookup.floor(tree, key.hi, key.lo, item), item);
  }

  private static void assertItem(
      Map.@Nullable Entry<Key, byte[]> expected, boolean found, Item item) {
    assertEquals(expected != null, found);
    if (expected != null) {
      assertEquals(expected.getKey(), new Key(item.hi(), item.lo()));
      assertArrayEquals(expected.getValue(), item.toByteArray());
    }
  }

  /** Every item, by iteration from both ends, and every node. */
  void assertSame(CowTree tree) throws IOException {
    Item item = new Item();
    long hi = 0;
    long lo = 0;
    for (Map.Entry<Key, byte[]> entry : map.entrySet()) {
      assertItem(entry, OneLookup.ceiling(tree, hi, lo, item), item);
      hi = item.lo() == -1 ? item.hi() + 1 : item.hi();
      lo = item.lo() + 1;
    }
    assertFalse(
        !map.isEmpty() && OneLookup.ceiling(tree, hi, lo, item), "more than there should be");
    NavigableMap<Key, byte[]> found = new TreeMap<>();
    tree.walk(
        1,
        (itemHi, itemLo, node, offset, length) ->
            found.put(
                new Key(itemHi, itemLo),
                node.asSlice(offset, length).toArray(java.lang.foreign.ValueLayout.JAVA_BYTE)));
    assertEquals(map.keySet(), found.keySet());
    assertTrue(
        map.entrySet().stream()
            .allMatch(e -> java.util.Arrays.equals(e.getValue(), found.get(e.getKey()))));
  }
}
