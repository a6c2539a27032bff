package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxMemory;
import io.jdax.os.Pages;
import io.jdax.os.Unreachable;
import io.jdax.region.RegionException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Pieces of 4 KiB of zeroed anonymous memory for entries, off the heap. They are kept for reuse,
 * and returned to the system when their owner has become unreachable, so that a late reader never
 * faults.
 */
final class Chunks {
  static final long BYTES = Pages.BYTES;

  private static final long STEP = 2L << 20;

  private static final MemorySegment MEMORY = AllMemory.SEGMENT;

  private static final VarHandle WORD = ValueLayout.JAVA_LONG.varHandle();

  private final String name;
  private final MappedPieces steps = new MappedPieces();

  @SuppressWarnings("unused") // only kept
  private final Arena lifetime = Unreachable.then(steps);

  @GuardedBy("this")
  private long[] free = new long[0];

  @GuardedBy("this")
  private int freeCount;

  /** How many there are, free or not. */
  @GuardedBy("this")
  private long chunkCount;

  @GuardedBy("this")
  private final Poison poison = new Poison();

  @GuardedBy("this")
  private long next;

  @GuardedBy("this")
  private long end;

  Chunks(String name) {
    this.name = name;
  }

  static long get(long address) {
    return (long) WORD.getVolatile(MEMORY, address);
  }

  static void setRelease(long address, long value) {
    WORD.setRelease(MEMORY, address, value);
  }

  static boolean compareAndSet(long address, long expected, long value) {
    return WORD.compareAndSet(MEMORY, address, expected, value);
  }

  /** Gives out a zeroed chunk, by its address. */
  synchronized long allocate() throws RegionException {
    if (freeCount > 0) {
      long address = free[--freeCount];
      poison.takeOff(address, BYTES);
      AllMemory.zero(address, BYTES);
      return address;
    }
    if (next == end) {
      grow();
    }
    long address = next;
    next += BYTES;
    return address;
  }

  /** Takes a chunk back. Can't fail, since there is room for all that there are. */
  synchronized void free(long address) {
    free[freeCount++] = address;
    poison.put(address, BYTES);
  }

  @GuardedBy("this")
  private void grow() throws RegionException {
    if (chunkCount + STEP / BYTES > free.length) {
      free = Arrays.copyOf(free, (int) Math.max(chunkCount + STEP / BYTES, free.length * 2L));
    }
    steps.makeRoom();
    try {
      next =
          LinuxMemory.mmap(
              0,
              STEP,
              LinuxMemory.PROT_READ | LinuxMemory.PROT_WRITE,
              LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS,
              -1,
              0,
              name);
    } catch (SystemCallException e) {
      RegionException refused = new RegionException(name, "no memory for page entries");
      refused.initCause(e);
      throw refused;
    }
    end = next + STEP;
    steps.note(next, STEP);
    chunkCount += STEP / BYTES;
  }
}
