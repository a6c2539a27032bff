package io.jdax.block;

import io.jdax.region.BadRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a region are known to be bad: disjoint ranges, ascending, in whole units of 512
 * bytes. Immutable; a device swaps one for the next. That there are none is the one object {@link
 * #NONE}, so that the hot path compares a reference and is done.
 */
final class BadBlocks {
  static final int UNIT = 512;
  static final BadBlocks NONE = new BadBlocks(List.of());

  private final List<BadRange> ranges;

  private BadBlocks(List<BadRange> ranges) {
    this.ranges = ranges;
  }

  /** Ranges in any order, maybe overlapping; each grows to whole units. */
  static BadBlocks of(List<BadRange> known) {
    List<BadRange> sorted = new ArrayList<>(known);
    sorted.sort(Comparator.comparingLong(BadRange::offset));
    List<BadRange> merged = new ArrayList<>();
    for (BadRange range : sorted) {
      long from = range.offset() & -UNIT;
      long to = (range.end() + UNIT - 1) & -UNIT;
      if (!merged.isEmpty() && merged.getLast().end() >= from) {
        from = merged.getLast().offset();
        to = Math.max(to, merged.removeLast().end());
      }
      if (from < to) {
        merged.add(new BadRange(from, to - from));
      }
    }
    return merged.isEmpty() ? NONE : new BadBlocks(List.copyOf(merged));
  }

  List<BadRange> ranges() {
    return ranges;
  }

  /** The first bad bytes of [offset, offset + length), clipped to it; null when all are good. */
  @Nullable BadRange first(long offset, long length) {
    int i = indexFrom(offset);
    return i < ranges.size() ? clip(ranges.get(i), offset, offset + length) : null;
  }

  /** All bad bytes of [offset, offset + length), clipped to it. */
  List<BadRange> within(long offset, long length) {
    List<BadRange> hits = new ArrayList<>();
    for (int i = indexFrom(offset); i < ranges.size(); i++) {
      BadRange hit = clip(ranges.get(i), offset, offset + length);
      if (hit == null) {
        break;
      }
      hits.add(hit);
    }
    return hits;
  }

  /** What is left when [offset, offset + length) is good. */
  BadBlocks without(long offset, long length) {
    long end = offset + length;
    List<BadRange> rest = new ArrayList<>();
    for (BadRange range : ranges) {
      if (range.offset() < offset) {
        rest.add(new BadRange(range.offset(), Math.min(range.end(), offset) - range.offset()));
      }
      if (range.end() > end) {
        long from = Math.max(range.offset(), end);
        rest.add(new BadRange(from, range.end() - from));
      }
    }
    return of(rest);
  }

  /** Index of the first range that ends behind {@code offset}. */
  private int indexFrom(long offset) {
    int low = 0;
    int high = ranges.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (ranges.get(middle).end() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static @Nullable BadRange clip(BadRange range, long from, long to) {
    long begin = Math.max(range.offset(), from);
    long end = Math.min(range.end(), to);
    return begin < end ? new BadRange(begin, end - begin) : null;
  }
}
