package io.jdax.mm.engine;

import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Free addresses, as ranges in order; neighbours are joined. Addresses are taken from the smallest
 * range that is large enough, so that large ones stay large.
 *
 * <p>Running out of memory loses no addresses. What is given back waits in a list until somebody
 * takes addresses, and a range is removed only after what takes its place has been added.
 */
final class AddressRanges {
  private static final Comparator<AddressRange> BY_ADDRESS =
      (a, b) -> a.at != b.at ? Long.compare(a.at, b.at) : Long.compare(a.bytes, b.bytes);

  private static final Comparator<AddressRange> BY_SIZE =
      (a, b) -> a.bytes != b.bytes ? Long.compare(a.bytes, b.bytes) : Long.compare(a.at, b.at);

  private final TreeSet<AddressRange> byAddress = new TreeSet<>(BY_ADDRESS);
  private final TreeSet<AddressRange> bySize = new TreeSet<>(BY_SIZE);

  /** A list of ranges that are free, but not in order yet. */
  private @Nullable AddressRange returned;

  /** Adds a range that is free from now on. Allocates nothing. */
  void add(AddressRange range) {
    range.next = returned;
    returned = range;
  }

  /**
   * Takes addresses.
   *
   * @param alignment of the first address, a power of two
   * @return the range, or null if no free one is large enough
   */
  @Nullable AddressRange take(long bytes, long alignment) {
    order();
    for (AddressRange r : bySize.tailSet(new AddressRange(0, bytes))) {
      long at = (r.at + alignment - 1) & -alignment;
      if (at + bytes <= r.end()) {
        AddressRange taken = new AddressRange(at, bytes);
        replace(
            List.of(r),
            List.of(
                new AddressRange(r.at, at - r.at),
                new AddressRange(taken.end(), r.end() - taken.end())));
        assert byAddress.size() == bySize.size();
        return taken;
      }
    }
    return null;
  }

  /** How many free ranges there are. */
  int count() {
    order();
    return byAddress.size();
  }

  private void order() {
    for (AddressRange range = returned; range != null; range = returned) {
      AddressRange before = byAddress.lower(range);
      AddressRange after = byAddress.higher(range);
      assert before == null || before.end() <= range.at : "free twice";
      assert after == null || range.end() <= after.at : "free twice";
      boolean joinsBefore = before != null && before.end() == range.at;
      boolean joinsAfter = after != null && after.at == range.end();
      long from = joinsBefore ? before.at : range.at;
      long to = joinsAfter ? after.end() : range.end();
      List<AddressRange> gone =
          joinsBefore
              ? joinsAfter ? List.of(before, after) : List.of(before)
              : joinsAfter ? List.of(after) : List.of();
      AddressRange next = range.next;
      replace(gone, List.of(new AddressRange(from, to - from)));
      returned = next;
    }
  }

  /** Replaces ranges, or changes nothing, since only the first half can fail. */
  private void replace(List<AddressRange> old, List<AddressRange> fresh) {
    boolean done = false;
    try {
      for (int i = 0; i < fresh.size(); i++) {
        if (fresh.get(i).bytes > 0) {
          byAddress.add(fresh.get(i));
          bySize.add(fresh.get(i));
        }
      }
      done = true;
    } finally {
      remove(done ? old : fresh);
    }
  }

  private void remove(List<AddressRange> ranges) {
    for (int i = 0; i < ranges.size(); i++) {
      byAddress.remove(ranges.get(i));
      bySize.remove(ranges.get(i));
    }
  }
}
