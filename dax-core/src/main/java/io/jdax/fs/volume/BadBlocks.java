package io.jdax.fs.volume;

import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.os.Pages;
import io.jdax.region.MediaErrorException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Frames that turned out to be bad when they were about to become a file's. They stay in use, by
 * nobody, until the next mount, which asks the device what is bad: else the same frame would be
 * offered to the next one who wants one, and the next.
 */
public final class BadBlocks {
  /** The reserve, of which replacements may be taken, is at least twice that part of the device. */
  private static final int PART = 128;

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
  public void giveBack(long pfn, long count, @Nullable MediaErrorException why) {
    long bad = toBlame(pfn, pfn + count, why);
    if (bad < 0) {
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

  /**
   * As {@link #giveBack}, of blocks that were set aside before they were taken, as whole frames: as
   * many are set aside as before, and another frame for the one that is to blame. That one may be
   * of the reserve, since what it is for was accepted.
   *
   * <p>Not for more than a small part of the device: whoever can't write for a while, and tries
   * again and again, is not to use up all of it.
   *
   * @return false: there is none to blame, or no other: nothing has changed
   */
  public boolean replace(
      DataSpace data, Units units, long block, long count, MediaErrorException why) {
    long bad = toBlame(units.pageOf(block), units.pageEnd(block + count), why);
    if (bad < 0 || frames.size() >= space.totalFrames() / PART || !frames.add(bad)) {
      return false;
    }
    if (!data.reserveFrame()) {
      frames.remove(bad);
      return false;
    }
    long first = units.blocksOf(bad);
    long behind = units.blocksOf(bad + 1);
    if (first > block) {
      data.freeReserved(block, first - block);
    }
    if (block + count > behind) {
      data.freeReserved(behind, block + count - behind);
    }
    return true;
  }

  /** Which frame of a range is bad; −1: none, or the error does not say which. */
  private static long toBlame(long pfn, long end, @Nullable MediaErrorException why) {
    // A long range may be bad for another reason.
    long bad = why == null || why.length() > Units.PAGE_BYTES ? -1 : Pages.of(why.offset());
    return bad < pfn || bad >= end ? -1 : bad;
  }

  /** How many there are. */
  public int count() {
    return frames.size();
  }

  public boolean contains(long pfn) {
    return frames.contains(pfn);
  }
}
