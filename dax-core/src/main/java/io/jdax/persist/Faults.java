package io.jdax.persist;

import io.jdax.machine.Errno;
import io.jdax.os.AccessFault;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What to throw once a flush or a copy has failed: finds the page that is at fault by reading the
 * range again, page by page, with the loads that the JVM survives.
 */
final class Faults {
  private static final long PAGE_BYTES = 4096;

  private Faults() {}

  /** The exception for a negated errno that the stubs returned for a range of the region. */
  static IOException ofResult(int result, Region region, long offset, long length, String what) {
    return -result == Errno.EFAULT
        ? inRegion(region, offset, length, null)
        : new PersistException(
            region.name(), offset, length, what + " failed: " + Errno.name(-result), null);
  }

  /** As {@link #ofResult}, where the source may be at fault too. */
  static IOException ofCopyResult(
      int result, Region region, long offset, MemorySegment src, long srcOffset, long length) {
    return -result == Errno.EFAULT
        ? inCopy(region, offset, src, srcOffset, length, null)
        : ofResult(result, region, offset, length, "copy");
  }

  /** A fault while the region's own bytes were touched. */
  static IOException inRegion(Region region, long offset, long length, @Nullable Throwable cause) {
    long page = AccessFault.firstUnbacked(region.segment(), offset, length);
    return page < 0
        ? region.mediaError(offset, length, cause)
        : region.mediaError(page, endOfPage(page, offset + length) - page, cause);
  }

  /**
   * A fault on one side of a copy. Only mapped memory faults, so most sources are above suspicion.
   * If neither side can be convicted it was the region's: there, a block is needed, which a load
   * does not need.
   */
  static IOException inCopy(
      Region region,
      long offset,
      MemorySegment src,
      long srcOffset,
      long length,
      @Nullable Throwable cause) {
    if (!AccessFault.isUnbacked(region.segment(), offset, length)
        && AccessFault.isUnbacked(src, srcOffset, length)) {
      return new PersistException(
          region.name(),
          offset,
          length,
          "nothing is at fault here, but the source of the copy can't be read at its byte "
              + AccessFault.firstUnbacked(src, srcOffset, length)
              + ": a truncated file or bad media lies behind it",
          cause);
    }
    return inRegion(region, offset, length, cause);
  }

  private static long endOfPage(long offset, long end) {
    return Math.min((offset | (PAGE_BYTES - 1)) + 1, end);
  }
}
