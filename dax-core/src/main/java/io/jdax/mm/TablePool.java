package io.jdax.mm;

import io.jdax.os.Linux;
import io.jdax.os.SystemCallException;
import io.jdax.region.RegionException;
import java.lang.foreign.MemorySegment;

/**
 * Where the page tables and the dirty bytes of mappings lie: behind the zero frames of the frame
 * space, so that a store and its mark go through the same view, and both or neither find their
 * epoch closed. Memory that nobody has written costs addresses only.
 */
final class TablePool {
  private static final int MADV_DONTNEED = 4;
  private static final int PAGE = 4096;

  /** Made accessible at a time: where overcommit is strict, all that is accessible is charged. */
  private static final long STEP = 16L << 20;

  /**
   * Ranges have 2 to the power of their class bytes; the smallest has the dirty bytes of a slot.
   */
  private static final int MIN_CLASS = 9;

  private static final int CLASSES = 40;

  private final String name;
  private final MemorySegment raw;
  private final long from;
  private final long end;
  private final long[][] free = new long[CLASSES][4];
  private final int[] freeCount = new int[CLASSES];
  private long next;
  private long accessible;

  /** All of {@code [from, end)} of a frame space. */
  TablePool(String name, MemorySegment raw, long from, long end) {
    this.name = name;
    this.raw = raw;
    this.from = from;
    this.next = from;
    this.accessible = from;
    this.end = end;
  }

  /** Of what lies at an offset in the frame space. */
  long address(long offset) {
    return raw.address() + offset;
  }

  long offset(long address) {
    return address - raw.address();
  }

  private static int classOf(long bytes) {
    return Math.max(MIN_CLASS, 64 - Long.numberOfLeadingZeros(bytes - 1));
  }

  /** Offset in the frame space of that many bytes, all 0. */
  synchronized long allocate(long bytes) throws RegionException {
    int c = classOf(bytes);
    if (freeCount[c] > 0) {
      return free[c][--freeCount[c]];
    }
    long size = 1L << c;
    long at = size < PAGE ? next : (next + PAGE - 1) & -PAGE;
    if (at + size > end) {
      throw new RegionException(name, "no address space is left for the page tables of mappings");
    }
    if (at + size > accessible) {
      grow(at + size);
    }
    next = at + size;
    return at;
  }

  private void grow(long to) throws RegionException {
    long length = Math.min(end, (to + STEP - 1) & -STEP) - accessible;
    try {
      Linux.mmap(
          raw.address() + accessible,
          length,
          Linux.PROT_READ | Linux.PROT_WRITE,
          Linux.MAP_PRIVATE | Linux.MAP_ANONYMOUS | Linux.MAP_NORESERVE | Linux.MAP_FIXED,
          -1,
          0,
          name);
    } catch (SystemCallException e) {
      RegionException refused = new RegionException(name, "no memory for page tables of mappings");
      refused.initCause(e);
      throw refused;
    }
    accessible += length;
  }

  /** Nobody looks at them any more. */
  synchronized void free(long at, long bytes) {
    int c = classOf(bytes);
    long size = 1L << c;
    if (size < PAGE) {
      raw.asSlice(at, size).fill((byte) 0);
    } else {
      giveBack(at, size);
    }
    if (freeCount[c] == free[c].length) {
      free[c] = java.util.Arrays.copyOf(free[c], freeCount[c] * 2);
    }
    free[c][freeCount[c]++] = at;
  }

  private void giveBack(long at, long size) {
    try {
      Linux.madvise(raw.address() + at, size, MADV_DONTNEED, name);
    } catch (SystemCallException e) {
      raw.asSlice(at, size).fill((byte) 0);
    }
  }

  interface AddressRange {
    void accept(long address, long bytes);
  }

  /** Tells which addresses have ever been accessible. */
  synchronized void forAccessible(AddressRange told) {
    told.accept(raw.address() + from, accessible - from);
  }

  /** Gives the memory back; the addresses stay valid. */
  synchronized void close() {
    if (accessible > from) {
      giveBack(from, accessible - from);
    }
  }
}
