package io.jdax.fs.mount;

import io.jdax.fs.log.LogReplay;
import io.jdax.fs.space.DataSpace;
import java.util.Map;
import java.util.TreeMap;

/**
 * Blocks that records of the log name and the tree does not have. They are taken before the first
 * record is told, since telling it takes blocks itself, for nodes; whose they are is known when
 * their record is told.
 */
final class NamedBlocks implements LogReplay.Claims {
  private final DataSpace data;

  /** The first block of each range, and the one after its last. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  NamedBlocks(DataSpace data) {
    this.data = data;
  }

  /** Takes those of a record that nothing has. */
  void take(long block, long count) {
    long end = block + count;
    for (long at = block; at < end; ) {
      long conflict = data.markUsed(at, end - at);
      if (conflict == at) {
        at++;
      } else if (conflict >= 0) {
        data.markUsed(at, conflict - at); // nothing has changed by the call before
        add(at, conflict);
        at = conflict + 1;
      } else {
        add(at, end);
        at = end;
      }
    }
  }

  private void add(long first, long end) {
    Map.Entry<Long, Long> before = ranges.lowerEntry(first);
    long from = before != null && before.getValue() == first ? before.getKey() : first;
    Long after = ranges.remove(end);
    ranges.put(from, after == null ? end : after);
  }

  @Override
  public long claim(long block, long count) {
    Map.Entry<Long, Long> range = ranges.floorEntry(block);
    if (range == null || range.getValue() <= block) {
      return block;
    }
    long first = range.getKey();
    long end = range.getValue();
    if (end < block + count) {
      return end;
    }
    ranges.remove(first);
    if (first < block) {
      ranges.put(first, block);
    }
    if (block + count < end) {
      ranges.put(block + count, end);
    }
    return -1;
  }
}
