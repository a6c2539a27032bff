package io.jdax.mm;

import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Free addresses: ranges in order, of which neighbours are one. The smallest that is large enough
 * is taken from, so that large ones stay large.
 */
final class AddressRanges {
  private record Range(long bytes, long at) implements Comparable<Range> {
    @Override
    public int compareTo(Range o) {
      return bytes != o.bytes ? Long.compare(bytes, o.bytes) : Long.compare(at, o.at);
    }
  }

  private final TreeMap<Long, Long> byAddress = new TreeMap<>();
  private final TreeSet<Range> bySize = new TreeSet<>();

  /** Takes a range in that is free from now on. */
  void add(long at, long bytes) {
    Map.Entry<Long, Long> before = byAddress.floorEntry(at);
    Map.Entry<Long, Long> after = byAddress.ceilingEntry(at);
    long from = at;
    long to = at + bytes;
    if (before != null && before.getKey() + before.getValue() == at) {
      from = before.getKey();
      remove(from, before.getValue());
    }
    if (after != null && after.getKey() == to) {
      to += after.getValue();
      remove(after.getKey(), after.getValue());
    }
    put(from, to - from);
  }

  /** Takes so many bytes at a multiple of {@code alignment} out; 0: there are none. */
  long take(long bytes, long alignment) {
    for (Range r : bySize.tailSet(new Range(bytes, 0))) {
      long at = (r.at + alignment - 1) & -alignment;
      if (at + bytes <= r.at + r.bytes) {
        remove(r.at, r.bytes);
        if (at > r.at) {
          put(r.at, at - r.at);
        }
        if (at + bytes < r.at + r.bytes) {
          put(at + bytes, r.at + r.bytes - at - bytes);
        }
        return at;
      }
    }
    return 0;
  }

  /** How many ranges there are. */
  int count() {
    return byAddress.size();
  }

  private void put(long at, long bytes) {
    byAddress.put(at, bytes);
    bySize.add(new Range(bytes, at));
  }

  private void remove(long at, long bytes) {
    byAddress.remove(at);
    bySize.remove(new Range(bytes, at));
  }
}
