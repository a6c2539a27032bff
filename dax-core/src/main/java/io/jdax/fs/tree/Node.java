package io.jdax.fs.tree;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A node of the tree, in one frame of 4 KiB. All numbers are little-endian.
 *
 * <pre>
 *       0       4       8              16              24
 *      +-------+-------+---------------+---------------+
 *    0 | magic | crc   | self: its pfn | generation    |  crc: CRC32C of bytes [8, 4096)
 *      +---+---+---+---+---------------+---------------+  generation: the commit that wrote it
 *   24 | l | c | v | g | file system   |                  l: level, 0 = leaf     c: slots
 *      +---+---+---+---+---------------+                  v: first byte of values, 4096 if none
 *   40 slots, ascending by key                            g: bytes of dead values after v
 *
 *      leaf slot, 20 bytes                      inner slot, 24 bytes
 *      +---------------+---------------+---+---+   +---------------+---------------+---------------+
 *      | key high      | key low       | o | n |   | key high      | key low       | child's pfn   |
 *      +---------------+---------------+---+---+   +---------------+---------------+---------------+
 *      value: n bytes at o, anywhere in [v, 4096)
 * </pre>
 *
 * <p>Keys of inner nodes are bounds. Slot i leads to the keys from its own, inclusive, to that of
 * slot i + 1, exclusive. Only the first slot leads to everything from the lower bound of the node
 * on, whatever its own key says: when a node's left neighbour goes, its bound falls, which is not
 * written into its first slot.
 *
 * <p>Values grow from the end downwards. Deleting one leaves a gap that is counted; compaction
 * closes the gaps when an item would fit but for them.
 */
final class Node {
  static final int BYTES = 4096;
  static final int MAGIC_VALUE = 0x4E58444A; // "JDXN"

  static final long MAGIC = 0;
  static final long CRC = 4;
  static final long SELF = 8;
  static final long GENERATION = 16;
  static final long LEVEL = 24;
  static final long COUNT = 26;
  static final long VALUES = 28;
  static final long GARBAGE = 30;
  static final long FILE_SYSTEM = 32;
  static final long SLOTS = 40;

  static final int LEAF_SLOT = 20;
  static final int INNER_SLOT = 24;
  static final long KEY_LO = 8;
  static final long VALUE_AT = 16;
  static final long VALUE_LENGTH = 18;
  static final long CHILD = 16;

  static final int MAX_CHILDREN = (int) (BYTES - SLOTS) / INNER_SLOT;

  /**
   * The highest level of a root, which is more than any device can need: 2^64 frames of metadata.
   */
  static final int MAX_LEVEL = 15;

  /** With fewer slots than this a search simply halves. */
  private static final int MIN_GUESS = 16;

  /** How many slots the first step away from a guess is, about a cache line. */
  private static final int GUESS_SLOTS = 3;

  /** Below this many bytes in use, a leaf looks for a neighbour to merge with. */
  static final int UNDERFULL = BYTES / 4;

  static final ValueLayout.OfLong LONG = JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfInt INT = JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  static final ValueLayout.OfShort SHORT = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static {
    if (SLOTS != FILE_SYSTEM + 8
        || LEAF_SLOT != VALUE_LENGTH + 2
        || INNER_SLOT != CHILD + 8
        || 3 * (Item.MAX_BYTES + LEAF_SLOT) > BYTES - SLOTS) {
      throw new AssertionError("node layout");
    }
  }

  private Node() {}

  // Everything below takes a node as a segment and the offset of its first byte.

  static int level(MemorySegment s, long node) {
    return s.get(SHORT, node + LEVEL) & 0xffff;
  }

  static int count(MemorySegment s, long node) {
    return s.get(SHORT, node + COUNT) & 0xffff;
  }

  static int slotBytes(int level) {
    return level == 0 ? LEAF_SLOT : INNER_SLOT;
  }

  static long slot(long node, int level, int i) {
    return node + SLOTS + (long) i * slotBytes(level);
  }

  static long hi(MemorySegment s, long slot) {
    return s.get(LONG, slot);
  }

  static long lo(MemorySegment s, long slot) {
    return s.get(LONG, slot + KEY_LO);
  }

  static long child(MemorySegment s, long node, int i) {
    return s.get(LONG, slot(node, 1, i) + CHILD);
  }

  static int valueAt(MemorySegment s, long slot) {
    return s.get(SHORT, slot + VALUE_AT) & 0xffff;
  }

  static int valueLength(MemorySegment s, long slot) {
    return s.get(SHORT, slot + VALUE_LENGTH) & 0xffff;
  }

  static int compare(long hi, long lo, long otherHi, long otherLo) {
    return hi != otherHi ? Long.compareUnsigned(hi, otherHi) : Long.compareUnsigned(lo, otherLo);
  }

  /**
   * The last slot whose key is not above (hi, lo), or −1 if all are.
   *
   * <p>A node that was not touched lately costs a cache miss per line that is looked at, and
   * halving looks at five or six. Keys that share their high half, as most do, are spread evenly
   * enough to guess the place first; from there steps of doubling length find where to halve.
   */
  static int lastAtMost(MemorySegment s, long node, int level, long hi, long lo) {
    int stride = slotBytes(level);
    long slots = node + SLOTS;
    int low = 0;
    int high = count(s, node) - 1;
    if (high >= MIN_GUESS) {
      long last = slots + (long) high * stride;
      if (s.get(LONG, slots) == hi && s.get(LONG, last) == hi) {
        long first = s.get(LONG, slots + KEY_LO);
        long span = s.get(LONG, last + KEY_LO) - first;
        long into = lo - first;
        if (Long.compareUnsigned(lo, first) >= 0 && Long.compareUnsigned(into, span) < 0) {
          int guess = (int) ((double) (into >>> 1) / ((double) (span >>> 1) + 1) * high);
          int step = GUESS_SLOTS;
          if (isAtMost(s, slots + (long) guess * stride, hi, lo)) {
            low = guess + 1;
            while (low + step < high && isAtMost(s, slots + (long) (low + step) * stride, hi, lo)) {
              low += step + 1;
              step *= 2;
            }
            high = Math.min(high, low + step);
          } else {
            high = guess - 1;
            while (high - step > low
                && !isAtMost(s, slots + (long) (high - step) * stride, hi, lo)) {
              high -= step + 1;
              step *= 2;
            }
            low = Math.max(low, high - step);
          }
        }
      }
    }
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (isAtMost(s, slots + (long) middle * stride, hi, lo)) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high;
  }

  private static boolean isAtMost(MemorySegment s, long slot, long hi, long lo) {
    long keyHi = s.get(LONG, slot);
    return keyHi == hi
        ? Long.compareUnsigned(s.get(LONG, slot + KEY_LO), lo) <= 0
        : Long.compareUnsigned(keyHi, hi) < 0;
  }

  /** Whether slot i is there and has this very key. */
  static boolean isAt(MemorySegment s, long node, int level, int i, long hi, long lo) {
    if (i < 0) {
      return false;
    }
    long slot = slot(node, level, i);
    return hi(s, slot) == hi && lo(s, slot) == lo;
  }

  /** How many bytes slots and living values take, without the header. */
  static int usedBytes(MemorySegment s, long node) {
    int slots = count(s, node) * slotBytes(level(s, node));
    return slots + BYTES - values(s, node) - garbage(s, node);
  }

  /** How many bytes could still be used, after a compaction if need be. */
  static int freeBytes(MemorySegment s, long node) {
    return (int) (BYTES - SLOTS) - usedBytes(s, node);
  }

  // ---------------------------------------------------------------- changes

  /** Makes an empty node, to be given an identity by {@link #identify}. */
  static void clear(MemorySegment s, long node, int level) {
    s.asSlice(node, BYTES).fill((byte) 0);
    s.set(INT, node + MAGIC, MAGIC_VALUE);
    s.set(SHORT, node + LEVEL, (short) level);
    s.set(SHORT, node + VALUES, (short) BYTES);
  }

  static void identify(MemorySegment s, long node, long pfn, long generation, long fileSystem) {
    s.set(LONG, node + SELF, pfn);
    s.set(LONG, node + GENERATION, generation);
    s.set(LONG, node + FILE_SYSTEM, fileSystem);
  }

  /** Adds a slot to an inner node that has room for it. */
  static void insertChild(MemorySegment s, long node, int i, long hi, long lo, long pfn) {
    long slot = openSlot(s, node, 1, i);
    s.set(LONG, slot, hi);
    s.set(LONG, slot + KEY_LO, lo);
    s.set(LONG, slot + CHILD, pfn);
  }

  static void setChild(MemorySegment s, long node, int i, long pfn) {
    s.set(LONG, slot(node, 1, i) + CHILD, pfn);
  }

  static void setKey(MemorySegment s, long slot, long hi, long lo) {
    s.set(LONG, slot, hi);
    s.set(LONG, slot + KEY_LO, lo);
  }

  /** Removes slots [from, to) of an inner node. */
  static void removeChildren(MemorySegment s, long node, int from, int to) {
    closeSlots(s, node, 1, from, to);
  }

  /** Adds an item to a leaf whose {@link #freeBytes} suffice, and compacts it if needed. */
  static void insertItem(
      MemorySegment s,
      long node,
      int i,
      long hi,
      long lo,
      MemorySegment value,
      long offset,
      int length,
      MemorySegment scratch) {
    int gap = values(s, node) - (int) (SLOTS + (long) count(s, node) * LEAF_SLOT);
    if (gap < LEAF_SLOT + length) {
      compact(s, node, scratch);
    }
    int at = values(s, node) - length;
    MemorySegment.copy(value, offset, s, node + at, length);
    s.set(SHORT, node + VALUES, (short) at);
    long slot = openSlot(s, node, 0, i);
    s.set(LONG, slot, hi);
    s.set(LONG, slot + KEY_LO, lo);
    s.set(SHORT, slot + VALUE_AT, (short) at);
    s.set(SHORT, slot + VALUE_LENGTH, (short) length);
  }

  /** Removes items [from, to) of a leaf. */
  static void removeItems(MemorySegment s, long node, int from, int to) {
    int dead = 0;
    for (int i = from; i < to; i++) {
      dead += valueLength(s, slot(node, 0, i));
    }
    closeSlots(s, node, 0, from, to);
    if (count(s, node) == 0) {
      s.set(SHORT, node + VALUES, (short) BYTES);
      s.set(SHORT, node + GARBAGE, (short) 0);
    } else {
      s.set(SHORT, node + GARBAGE, (short) (garbage(s, node) + dead));
    }
  }

  /**
   * Appends slots [from, to) of one node, with their values, to another of the same level that has
   * room without compaction.
   */
  static void append(MemorySegment s, long node, int from, int to, MemorySegment d, long target) {
    int level = level(s, node);
    int count = count(d, target);
    MemorySegment.copy(
        s,
        slot(node, level, from),
        d,
        slot(target, level, count),
        (long) (to - from) * slotBytes(level));
    d.set(SHORT, target + COUNT, (short) (count + to - from));
    if (level > 0) {
      return;
    }
    int values = values(d, target);
    for (int i = from; i < to; i++) {
      long slot = slot(node, 0, i);
      int length = valueLength(s, slot);
      values -= length;
      MemorySegment.copy(s, node + valueAt(s, slot), d, target + values, length);
      d.set(SHORT, slot(target, 0, count + i - from) + VALUE_AT, (short) values);
    }
    d.set(SHORT, target + VALUES, (short) values);
  }

  /** Closes the gaps between values. */
  static void compact(MemorySegment s, long node, MemorySegment scratch) {
    copyBody(s, node, scratch, 0);
    rebuild(scratch, 0, 0, count(scratch, 0), s, node);
  }

  /** Makes a node hold slots [from, to) of another node, and nothing else. */
  static void rebuild(
      MemorySegment s, long source, int from, int to, MemorySegment d, long target) {
    d.set(SHORT, target + COUNT, (short) 0);
    d.set(SHORT, target + VALUES, (short) BYTES);
    d.set(SHORT, target + GARBAGE, (short) 0);
    append(s, source, from, to, d, target);
  }

  /** Copies level, slots and values, but not the identity. */
  static void copyBody(MemorySegment s, long node, MemorySegment d, long target) {
    MemorySegment.copy(s, node + LEVEL, d, target + LEVEL, FILE_SYSTEM - LEVEL);
    MemorySegment.copy(s, node + SLOTS, d, target + SLOTS, BYTES - SLOTS);
  }

  static int values(MemorySegment s, long node) {
    return s.get(SHORT, node + VALUES) & 0xffff;
  }

  static int garbage(MemorySegment s, long node) {
    return s.get(SHORT, node + GARBAGE) & 0xffff;
  }

  private static long openSlot(MemorySegment s, long node, int level, int i) {
    int count = count(s, node);
    int stride = slotBytes(level);
    long slot = slot(node, level, i);
    if (i < count) {
      MemorySegment.copy(s, slot, s, slot + stride, (long) (count - i) * stride);
    }
    s.set(SHORT, node + COUNT, (short) (count + 1));
    return slot;
  }

  private static void closeSlots(MemorySegment s, long node, int level, int from, int to) {
    int count = count(s, node);
    MemorySegment.copy(
        s,
        slot(node, level, to),
        s,
        slot(node, level, from),
        (long) (count - to) * slotBytes(level));
    s.set(SHORT, node + COUNT, (short) (count - (to - from)));
  }
}
