package io.jdax.persist;

import io.jdax.machine.Errno;
import io.jdax.os.AccessFault;
import io.jdax.os.Pages;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * What to throw once a flush or a copy has failed. Finds the page that is at fault by reading the
 * range again, page by page, with loads that the JVM survives.
 */
final class FaultReport {
  private FaultReport() {}

  /** For a range of the region, about which the stubs returned {@code result}, a negated errno. */
  static IOException ofResult(int result, Region region, long offset, long length, String what) {
    return -result == Errno.EFAULT
        ? inRegion(region, offset, length, null)
        : new PersistException(
            region.name(), offset, length, what + " failed: " + Errno.name(-result), null);
  }

  /** As {@link #ofResult}, where the source may be at fault as well. */
  static IOException ofCopyResult(
      int result, Region region, long offset, MemorySegment src, long srcOffset, long length) {
    return -result == Errno.EFAULT
        ? inCopy(region, offset, src, srcOffset, length, null)
        : ofResult(result, region, offset, length, "copy");
  }

  /** For a fault while the region's own bytes were touched. */
  static IOException inRegion(Region region, long offset, long length, @Nullable Throwable cause) {
    long page = AccessFault.firstUnbacked(region.segment(), offset, length);
    return page < 0
        ? region.mediaError(offset, length, cause)
        : region.mediaError(page, endOfPage(page, offset + length) - page, cause);
  }

  /**
   * For a fault on one side of a copy. Only mapped memory faults, so most sources are above
   * suspicion. If all of both sides can be loaded it was the region that failed, since a store may
   * need a block of its file system where a load needs none.
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
      return new SourceFaultException(
          region.name(), offset, length, AccessFault.firstUnbacked(src, srcOffset, length), cause);
    }
    return inRegion(region, offset, length, cause);
  }

  private static long endOfPage(long offset, long end) {
    return Math.min(Pages.endOf(offset), end);
  }
}
