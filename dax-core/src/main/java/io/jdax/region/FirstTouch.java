package io.jdax.region;

import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxMemory;
import io.jdax.os.PageSize;

/**
 * Makes pages present before they are stored to. A store to a page that the process has not touched
 * costs a page fault, which is ten times what it takes to copy the page; the kernel makes a range
 * present in one call for less than half of that. Pages stay present, so that each part of a region
 * is asked for once.
 *
 * <p>It is a hint. What can't be made present, for want of space or because of a media error, is
 * reported by the store that needs it.
 *
 * <p>Any thread may call. A mark that another thread's takes away costs one call more.
 */
final class FirstTouch {
  /** Below this, the call would cost as much as the faults that it saves. */
  static final long WORTHWHILE_BYTES = 128 << 10;

  /** A part of the region that was made present, or was not. */
  private static final long UNIT_BYTES = 256 << 10;

  /** A region with more of them, above 256 GiB, is asked for each time. */
  private static final long MOST_UNITS = 1 << 20;

  private final long address;
  private final byte[] present;

  FirstTouch(long address, long sizeBytes) {
    this.address = address;
    long units = sizeBytes / UNIT_BYTES;
    this.present = new byte[(int) (units <= MOST_UNITS ? units : 0)];
  }

  /** Makes a range present that is about to be stored to, unless it was before. */
  void before(long offset, long length) {
    long first = (offset + UNIT_BYTES - 1) / UNIT_BYTES;
    long end = (offset + length) / UNIT_BYTES;
    if (first < end && isPresent(first, end)) {
      return;
    }
    long begin = address + offset & -PageSize.BYTES;
    try {
      LinuxMemory.madvise(
          begin, address + offset + length - begin, LinuxMemory.MADV_POPULATE_WRITE, "");
    } catch (SystemCallException e) {
      return; // an old kernel, or the store will say what is wrong
    }
    for (long unit = first; unit < Math.min(end, present.length); unit++) {
      present[(int) unit] = 1;
    }
  }

  private boolean isPresent(long first, long end) {
    for (long unit = first; unit < end; unit++) {
      if (unit >= present.length || present[(int) unit] == 0) {
        return false;
      }
    }
    return true;
  }
}
