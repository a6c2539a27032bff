package io.jdax.fs;

import java.util.Arrays;
import java.util.Comparator;

/**
 * Which blocks of a file the tree does not know as they are: added to by stores and writes, taken
 * by {@link Fold}. Also counts the tree items promised for them, and knows whether the size is one
 * of the things that the tree does not know.
 */
final class DirtyRanges {
  /** {@code count} blocks of the file from {@code first} on. */
  record Range(long first, long count) {
    long end() {
      return first + count;
    }
  }

  /**
   * What was taken at once, ascending and without overlaps.
   *
   * @param items promised for it
   * @param state for {@link #folded}
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Batch(Range[] ranges, long items, boolean size, long state) {}

  /** Tree items that one {@link #add} may want: a record cut in two, and new ones at its ends. */
  static final int MAX_ITEMS = 4;

  private static final Range[] NONE = {};

  // guarded by this
  private long[] first = new long[4];
  private long[] end = new long[4];
  private int count;
  private long items;
  private boolean sizeDirty;

  /** Counts what was added; written under the monitor. */
  private volatile long added;

  /** What {@link #added} was when the last thing that is in the tree was taken. */
  private volatile long folded;

  /**
   * Adds a range.
   *
   * @param grown by how many extents the file's map has grown
   * @return tree items to promise for it
   */
  @SuppressWarnings("NonAtomicVolatileUpdate") // under the monitor
  synchronized long add(long firstBlock, long blocks, int grown) {
    added++;
    long wanted = Math.clamp(grown, 0, 2);
    if (count > 0 && firstBlock <= end[count - 1] && firstBlock >= first[count - 1]) {
      end[count - 1] = Math.max(end[count - 1], firstBlock + blocks);
    } else {
      if (count == first.length) {
        first = Arrays.copyOf(first, count * 2);
        end = Arrays.copyOf(end, count * 2);
      }
      first[count] = firstBlock;
      end[count++] = firstBlock + blocks;
      wanted += 2; // a record of the tree may be cut in two, and more of it at its ends
    }
    items += wanted;
    return wanted;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // under the monitor
  synchronized void addSize() {
    added++;
    sizeDirty = true;
  }

  /** Whether the tree knows all that matters; it may not be durable yet. */
  boolean isClean() {
    return folded == added;
  }

  synchronized Batch take() {
    Range[] ranges = count == 0 ? NONE : new Range[count];
    for (int i = 0; i < count; i++) {
      ranges[i] = new Range(first[i], end[i] - first[i]);
    }
    Batch batch = new Batch(ranges.length > 1 ? merged(ranges) : ranges, items, sizeDirty, added);
    if (first.length > 1024) {
      first = new long[4];
      end = new long[4];
    }
    count = 0;
    items = 0;
    sizeDirty = false;
    return batch;
  }

  private static Range[] merged(Range[] ranges) {
    Arrays.sort(ranges, Comparator.comparingLong(Range::first));
    int n = 0;
    for (Range r : ranges) {
      if (n > 0 && r.first <= ranges[n - 1].end()) {
        Range last = ranges[n - 1];
        ranges[n - 1] = new Range(last.first, Math.max(last.end(), r.end()) - last.first);
      } else {
        ranges[n++] = r;
      }
    }
    return Arrays.copyOf(ranges, n);
  }

  /** All of a batch is in the tree. */
  void folded(Batch batch) {
    folded = batch.state;
  }

  /** Ranges of a batch that are not in the tree, and what was promised for them. */
  synchronized void putBack(Range[] ranges, int from, long itemsOfThem, boolean size) {
    for (int i = from; i < ranges.length; i++) {
      add(ranges[i].first, ranges[i].count, 0);
    }
    items = itemsOfThem;
    if (size) {
      addSize();
    }
  }
}
