package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxMemory;
import io.jdax.os.Pages;
import java.util.Arrays;

/**
 * DRAM frames for the copies that private mappings make. They lie after the dirty bytes of the
 * frame space, and take memory from the system in steps as they are needed.
 */
final class PrivateFrames {
  private static final long STEP_PAGES = 4096;
  private static final long PMD_PAGES = 512;
  private static final int MADV_DONTNEED = 4;

  private final String name;
  private final long baseAddress;
  private final long firstPfn;

  /** One after the last, that of a cache included. */
  private final long lastPfn;

  /** One after the last that may be a copy. Written under the monitor, also read without it. */
  private volatile long endPfn;

  @GuardedBy("this")
  private long nextPfn;

  @GuardedBy("this")
  private long mappedPfn;

  @GuardedBy("this")
  private long[] free = new long[16];

  @GuardedBy("this")
  private int freeCount;

  /**
   * Frames that are in no table any more, but may still be reached: a ring, by number modulo its
   * length. They do not go through the quarantine, so that to retire one allocates nothing.
   */
  @GuardedBy("this")
  private long[] retired = new long[16];

  @GuardedBy("this")
  private long retiredFrom;

  @GuardedBy("this")
  private long retiredTo;

  @GuardedBy("this")
  private final Poison poison = new Poison();

  @GuardedBy("this")
  private boolean closed;

  @GuardedBy("this")
  private long promised;

  PrivateFrames(String name, long baseAddress, long firstPfn, long endPfn) {
    this.name = name;
    this.baseAddress = baseAddress;
    this.firstPfn = firstPfn;
    this.endPfn = endPfn;
    this.lastPfn = endPfn;
    this.nextPfn = firstPfn;
    this.mappedPfn = firstPfn;
  }

  /** Takes a frame, of any content. Returns 0 if none is left. */
  synchronized long allocate() throws SystemCallException {
    if (freeCount > 0) {
      long pfn = free[--freeCount];
      poison.takeOff(baseAddress + Pages.bytes(pfn), Pages.BYTES);
      assert isConsistent();
      return pfn;
    }
    if (nextPfn == mappedPfn) {
      long step = Math.min(STEP_PAGES, endPfn - promised - mappedPfn);
      if (step == 0) {
        return 0;
      }
      LinuxMemory.mmap(
          baseAddress + Pages.bytes(mappedPfn),
          Pages.bytes(step),
          LinuxMemory.PROT_READ | LinuxMemory.PROT_WRITE,
          LinuxMemory.MAP_PRIVATE
              | LinuxMemory.MAP_ANONYMOUS
              | LinuxMemory.MAP_NORESERVE
              | LinuxMemory.MAP_FIXED,
          -1,
          0,
          name);
      mappedPfn += step;
    }
    if (nextPfn - firstPfn == free.length) { // now, so that free() and retire() can't fail
      makeRoom(free.length * 2);
    }
    return nextPfn++;
  }

  /**
   * Keeps addresses for a later {@link #carve} of so many frames.
   *
   * @return false if not as many are left
   */
  synchronized boolean promise(long count) {
    long pages = endPfn - (endPfn - count & -PMD_PAGES);
    if (endPfn - pages < mappedPfn) {
      return false;
    }
    promised = pages;
    return true;
  }

  /**
   * Takes frames side by side out of the range for another use, as DRAM in huge pages if the system
   * has them. For a cache is walked through page by page, and each page of 4 KiB costs a walk
   * through the system's page table, and through the host's.
   *
   * @return the first, or 0 if not as many are left
   */
  synchronized long carve(long count) throws SystemCallException {
    long from = endPfn - count & -PMD_PAGES;
    if (from < mappedPfn) {
      return 0;
    }
    long address = baseAddress + Pages.bytes(from);
    long bytes = Pages.bytes(endPfn - from);
    LinuxMemory.mmap(
        address,
        bytes,
        LinuxMemory.PROT_READ | LinuxMemory.PROT_WRITE,
        LinuxMemory.MAP_PRIVATE
            | LinuxMemory.MAP_ANONYMOUS
            | LinuxMemory.MAP_NORESERVE
            | LinuxMemory.MAP_FIXED,
        -1,
        0,
        name);
    try {
      LinuxMemory.madvise(address, bytes, LinuxMemory.MADV_HUGEPAGE, name);
    } catch (SystemCallException e) {
      // The kernel has none. Pages of 4 KiB will do, as elsewhere.
    }
    endPfn = from;
    promised = 0;
    return from;
  }

  /** Gives the memory of carved frames back. */
  void discard(long pfn, long count) throws SystemCallException {
    LinuxMemory.madvise(baseAddress + Pages.bytes(pfn), Pages.bytes(count), MADV_DONTNEED, name);
  }

  /** Takes frames back that no thread reaches any more. */
  synchronized void free(long pfn, long count) {
    if (closed) {
      return;
    }
    for (long i = 0; i < count; i++) {
      free[freeCount++] = pfn + i;
      poison.put(baseAddress + Pages.bytes(pfn + i), Pages.BYTES);
    }
    assert isConsistent();
  }

  @GuardedBy("this")
  private void makeRoom(int frames) {
    long[] ring = new long[frames];
    free = Arrays.copyOf(free, frames);
    for (long i = retiredFrom; i < retiredTo; i++) {
      ring[(int) (i % frames)] = retired[(int) (i % retired.length)];
    }
    retired = ring;
  }

  /** Takes a frame back that no mapping shows any more. The next turn-over frees it. Can't fail. */
  synchronized void retire(long pfn) {
    retired[(int) (retiredTo++ % retired.length)] = pfn;
    assert isConsistent();
  }

  /** How many were retired so far. */
  synchronized long retiredSoFar() {
    return retiredTo;
  }

  /** Frees those that no thread reaches any more: as many as {@link #retiredSoFar} said. */
  synchronized void freeRetired(long by) {
    while (retiredFrom < by) {
      free(retired[(int) (retiredFrom++ % retired.length)], 1);
    }
  }

  /** Whether no more have come back than were given out, all of them accessible. For assertions. */
  @GuardedBy("this")
  private boolean isConsistent() {
    return firstPfn <= nextPfn
        && nextPfn <= mappedPfn
        && mappedPfn <= endPfn - promised
        && retiredFrom <= retiredTo
        && freeCount + (retiredTo - retiredFrom) <= nextPfn - firstPfn;
  }

  /** Whether a frame is one of these, and not that of a cache. */
  boolean owns(long pfn) {
    return pfn >= firstPfn && pfn < endPfn;
  }

  /** How many frames are out. */
  synchronized long framesInUse() {
    return nextPfn - firstPfn - freeCount;
  }

  /** Tells which addresses have ever been accessible. */
  synchronized void forAccessible(AddressPool.Taker told) {
    told.take(baseAddress + Pages.bytes(firstPfn), Pages.bytes(mappedPfn - firstPfn));
    told.take(baseAddress + Pages.bytes(endPfn), Pages.bytes(lastPfn - endPfn));
  }

  /** Gives the memory back. The addresses stay valid. */
  synchronized void close() throws SystemCallException {
    closed = true;
    poison.forget();
    if (mappedPfn > firstPfn) {
      LinuxMemory.madvise(
          baseAddress + Pages.bytes(firstPfn),
          Pages.bytes(mappedPfn - firstPfn),
          MADV_DONTNEED,
          name);
    }
  }
}
