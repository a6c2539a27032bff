package io.jdax.block;

import io.jdax.region.BadRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which bytes of a region are known to be bad, as disjoint ranges in ascending order, in whole
 * units of 512 bytes. Immutable; a device replaces one by the next. If there are no bad bytes it is
 * always {@link #NONE}, so that the hot path only compares a reference.
 */
final class BadBlocks {
  static final int UNIT_BYTES = 512;
  static final BadBlocks NONE = new BadBlocks(List.of());

  private final List<BadRange> ranges;

  private BadBlocks(List<BadRange> ranges) {
    this.ranges = ranges;
  }

  /** Takes ranges in any order, which may overlap, and extends each to whole units. */
  static BadBlocks of(List<BadRange> known) {
    List<BadRange> sorted = new ArrayList<>(known);
    sorted.sort(Comparator.comparingLong(BadRange::offset));
    List<BadRange> merged = new ArrayList<>();
    for (BadRange range : sorted) {
      long from = range.offset() & -UNIT_BYTES;
      long to = (range.end() + UNIT_BYTES - 1) & -UNIT_BYTES;
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

  /** The first bad range in [offset, offset + length), clipped to it, or null if all is good. */
  @Nullable BadRange first(long offset, long length) {
    int i = indexFrom(offset);
    return i < ranges.size() ? clip(ranges.get(i), offset, offset + length) : null;
  }

  /** All bad ranges in [offset, offset + length), clipped to it. */
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

  /** What is bad when some more ranges are. */
  BadBlocks with(List<BadRange> more) {
    List<BadRange> all = new ArrayList<>(ranges);
    all.addAll(more);
    return of(all);
  }

  /** What is still bad when [offset, offset + length) has become good. */
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

  /** Index of the first range that ends after {@code offset}. */
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
