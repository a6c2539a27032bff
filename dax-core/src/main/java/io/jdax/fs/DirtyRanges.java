package io.jdax.fs;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.Space;
import java.util.Arrays;
import java.util.Comparator;

/**
 * Which blocks of a file the tree does not know as they are: added to by stores and writes, taken
 * by {@link Fold}. Part of {@link ExtentMap}, whose lock guards it.
 *
 * <p>Also keeps the promises for them: tree items for which {@link Space#promise} has set room
 * aside, so that what was accepted can always be recorded. They are asked for in advance, many at a
 * time, since most blocks need none: they go on from their neighbours.
 */
final class DirtyRanges {
  /** Tree items that one {@link #add} may want: a record cut in two, and new ones at its ends. */
  static final int MAX_ITEMS = 4;

  /** What an inode asks for at a time, and keeps for the next write. */
  static final int ITEMS_IN_ADVANCE = 64;

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

  private static final Range[] NONE = {};

  private long[] first = new long[4];
  private long[] end = new long[4];
  private int count;
  private long items;
  private long credit;
  private boolean sizeDirty;

  /** Counts what was added. */
  private long added;

  /** What {@link #added} was when the last thing that is in the tree was taken. */
  private volatile long folded;

  /**
   * Whether the tree knows all that matters; it may not be durable yet. Needs no lock: who asks is
   * interested in what happened before.
   */
  boolean isClean() {
    return folded == added;
  }

  // ---------------------------------------------------------------- promises

  /**
   * Makes sure that one {@link #add} can be recorded.
   *
   * @throws NoSpaceException it can't; nothing has changed
   */
  void ensureCredit(Space space) throws NoSpaceException {
    if (credit >= MAX_ITEMS) {
      return;
    }
    int wanted = ITEMS_IN_ADVANCE;
    try {
      space.promise(wanted);
    } catch (NoSpaceException e) {
      wanted = MAX_ITEMS;
      space.promise(wanted);
    }
    credit += wanted;
  }

  /** Uses what {@link #ensureCredit} made sure of. */
  void spend(long wanted) {
    credit -= wanted;
  }

  /** Takes what was promised and is not needed, but for {@code keep}. */
  long takeCredit(long keep) {
    long taken = Math.max(0, credit - keep);
    credit -= taken;
    return taken;
  }

  // ---------------------------------------------------------------- ranges

  /**
   * Adds a range.
   *
   * @param grown by how many extents the file's map has grown
   * @return tree items that it may want, up to {@link #MAX_ITEMS}: somebody's promise covers them
   */
  long add(long firstBlock, long blocks, int grown) {
    long wanted = Math.clamp(grown, 0, 2);
    if (count > 0 && firstBlock <= end[count - 1] && firstBlock >= first[count - 1]) {
      end[count - 1] = Math.max(end[count - 1], firstBlock + blocks);
    } else {
      append(firstBlock, firstBlock + blocks);
      wanted += 2;
    }
    items += wanted;
    added++;
    return wanted;
  }

  private void append(long firstBlock, long endBlock) {
    if (count == first.length) {
      first = Arrays.copyOf(first, count * 2);
      end = Arrays.copyOf(end, count * 2);
    }
    first[count] = firstBlock;
    end[count++] = endBlock;
  }

  void addSize() {
    sizeDirty = true;
    added++;
  }

  /** The tree has been told about {@code [from, to)}. */
  void forget(long from, long to) {
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (first[i] < from || end[i] > to) {
        first[kept] = first[i];
        end[kept++] = end[i];
      }
    }
    count = kept;
    if (count == 0) {
      credit += items;
      items = 0;
    }
  }

  /** Tree items promised for what is dirty. */
  long items() {
    return items;
  }

  Batch take() {
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

  /** Ranges of a batch that are not in the tree, and what was promised for all of it. */
  void putBack(Batch batch, int from, boolean size) {
    // All of it, though a part may be in the tree: how much of it, nobody has counted.
    items += batch.items;
    for (int i = from; i < batch.ranges.length; i++) {
      append(batch.ranges[i].first, batch.ranges[i].end());
      added++;
    }
    if (size) {
      addSize();
    }
  }
}
