package io.jdax.fs;

import io.jdax.fs.space.Space;
import io.jdax.region.MediaErrorException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Frames that turned out to be bad when they were about to become a file's. They stay in use, by
 * nobody, until the next mount, which asks the device what is bad: else the same frame would be
 * offered to the next one who wants one, and the next.
 */
final class BadBlocks {
  private final Space space;
  private final Set<Long> frames = ConcurrentHashMap.newKeySet();

  BadBlocks(Space space) {
    this.space = space;
  }

  /**
   * Gives back frames that were taken and could not be written, but for the one that is to blame.
   *
   * @param why null: no media error
   */
  void giveBack(long pfn, long count, @Nullable MediaErrorException why) {
    // Only where the error says which frame: a long range may be bad for another reason.
    long bad = why == null || why.length() > Units.PAGE_BYTES ? -1 : why.offset() >>> 12;
    if (bad < pfn || bad >= pfn + count) {
      space.free(pfn, count);
      return;
    }
    frames.add(bad);
    if (bad > pfn) {
      space.free(pfn, bad - pfn);
    }
    if (bad + 1 < pfn + count) {
      space.free(bad + 1, pfn + count - bad - 1);
    }
  }

  /** How many there are. */
  int count() {
    return frames.size();
  }

  boolean contains(long pfn) {
    return frames.contains(pfn);
  }
}
