package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxMemory;
import io.jdax.os.Pages;
import java.util.Arrays;

/**
 * DRAM frames for the copies that private mappings make. They lie behind the zero frames of the
 * frame space, and take memory from the system in steps as they are needed.
 */
final class PrivateFrames {
  private static final long STEP_PAGES = 4096;
  private static final long PMD_PAGES = 512;
  private static final int MADV_DONTNEED = 4;

  private final String name;
  private final long baseAddress;
  private final long firstPfn;
  private final long lastPfn; // one behind it

  /** Written under the monitor, read also without it. */
  private volatile long endPfn;

  @GuardedBy("this")
  private long nextPfn;

  @GuardedBy("this")
  private long mappedPfn;

  @GuardedBy("this")
  private long[] free = new long[16];

  @GuardedBy("this")
  private int freeCount;

  /** In nobody's table any more, but not through the quarantine: a ring, by number. */
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

  /** A frame of any content; 0 when there is none. */
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
    if (nextPfn - firstPfn == free.length) { // here, so that free() and retire() can't fail
      makeRoom(free.length * 2);
    }
    return nextPfn++;
  }

  /**
   * Keeps addresses for a {@link #carve} of so many to come; false if there are not as many left.
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
   * Takes consecutive frames out of the range for somebody else, who gets them as DRAM. In huge
   * pages, if the system has them: a cache is walked through page by page, and each page of 4 KiB
   * costs a walk through the system's page table, and through the host's.
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
      // A kernel without them: pages of 4 KiB, as elsewhere.
    }
    endPfn = from;
    promised = 0;
    return from;
  }

  /** Gives the memory of carved frames back. */
  void discard(long pfn, long count) throws SystemCallException {
    LinuxMemory.madvise(baseAddress + Pages.bytes(pfn), Pages.bytes(count), MADV_DONTNEED, name);
  }

  /** Nobody reaches it any more. */
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

  /** No mapping shows it any more; the next turn-over frees it. Can't fail. */
  synchronized void retire(long pfn) {
    retired[(int) (retiredTo++ % retired.length)] = pfn;
    assert isConsistent();
  }

  /** How many were retired so far. */
  synchronized long retiredSoFar() {
    return retiredTo;
  }

  /** Frees those that were retired by then: no thread reaches them. */
  synchronized void freeRetired(long by) {
    while (retiredFrom < by) {
      free(retired[(int) (retiredFrom++ % retired.length)], 1);
    }
  }

  /** No more come back than were given out, all of them accessible: for assertions. */
  @GuardedBy("this")
  private boolean isConsistent() {
    return firstPfn <= nextPfn
        && nextPfn <= mappedPfn
        && mappedPfn <= endPfn - promised
        && retiredFrom <= retiredTo
        && freeCount + (retiredTo - retiredFrom) <= nextPfn - firstPfn;
  }

  boolean owns(long pfn) {
    return pfn >= firstPfn && pfn < endPfn;
  }

  synchronized long framesInUse() {
    return nextPfn - firstPfn - freeCount;
  }

  /** Tells which addresses have ever been accessible. */
  synchronized void forAccessible(AddressPool.Taker told) {
    told.take(baseAddress + Pages.bytes(firstPfn), Pages.bytes(mappedPfn - firstPfn));
    told.take(baseAddress + Pages.bytes(endPfn), Pages.bytes(lastPfn - endPfn));
  }

  /** Gives the memory back; the addresses stay valid. */
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
