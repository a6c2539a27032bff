package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxMemory;
import io.jdax.region.RegionException;
import java.util.Map;
import java.util.TreeMap;

/**
 * Addresses that are reserved first, may be used later, and cost memory only where somebody writes.
 *
 * <pre>
 *   reserve -> use -> clean -> release     clean for what was used; all free memory is zeros
 * </pre>
 *
 * <p>Sizes are rounded to 512 bytes, and from 64 KiB on to 64 KiB: no system page is larger, so
 * that what is given back to the system is never a neighbour's.
 */
final class AddressPool {
  private static final int MADV_DONTNEED = 4;
  private static final long SMALL = 512;
  private static final long LARGE = 64 << 10;

  /** Made accessible at a time: where overcommit is strict, all that is accessible is charged. */
  private static final long STEP = 16L << 20;

  /** Where addresses come from when there are no more. */
  interface Source {
    /** Tells the pool of at least so many by {@link #add}, or says why there are none. */
    void refill(AddressPool pool, long bytes) throws RegionException;
  }

  /** Takes ranges of addresses. */
  interface Taker {
    void take(long address, long bytes);
  }

  private static final class Chunk {
    final long end;
    long accessible;

    Chunk(long from, long end) {
      this.end = end;
      this.accessible = from;
    }
  }

  private final String name;
  private final Source source;

  @GuardedBy("this")
  private final AddressRanges free = new AddressRanges();

  @GuardedBy("this")
  private final TreeMap<Long, Chunk> chunks = new TreeMap<>();

  @GuardedBy("this")
  private final Poison poison = new Poison();

  @GuardedBy("this")
  private boolean closed;

  AddressPool(String name, Source source) {
    this.name = name;
    this.source = source;
  }

  /** Takes addresses in that nobody may access yet; not next to others that it has. */
  synchronized void add(long from, long bytes) {
    chunks.put(from, new Chunk(from, from + bytes));
    free.add(new AddressRange(from, bytes));
  }

  private static long unit(long bytes) {
    return bytes < LARGE ? SMALL : LARGE;
  }

  private static long rounded(long bytes) {
    return (bytes + unit(bytes) - 1) & -unit(bytes);
  }

  synchronized AddressRange reserve(long bytes) throws RegionException {
    if (closed) {
      throw new IllegalStateException(name + " is closed");
    }
    long size = rounded(bytes);
    AddressRange range = free.take(size, unit(bytes));
    if (range == null) {
      source.refill(this, size);
      range = free.take(size, unit(bytes));
    }
    if (range == null) {
      throw new IllegalStateException(name + " got less than " + size + " bytes of addresses");
    }
    return range;
  }

  /** Makes a part of what is reserved accessible; it is zeros. */
  synchronized void use(long at, long bytes) throws RegionException {
    Map.Entry<Long, Chunk> in = chunks.floorEntry(at);
    if (closed || in == null) {
      throw new IllegalStateException(name + " is closed");
    }
    Chunk chunk = in.getValue();
    long to =
        Math.min(chunk.end, (at + rounded(bytes) - in.getKey() + STEP - 1 & -STEP) + in.getKey());
    if (at + rounded(bytes) > chunk.accessible) {
      makeAccessible(chunk.accessible, to);
      chunk.accessible = to;
    }
    poison.takeOff(at, rounded(bytes));
  }

  private void makeAccessible(long from, long to) throws RegionException {
    try {
      LinuxMemory.mmap(
          from,
          to - from,
          LinuxMemory.PROT_READ | LinuxMemory.PROT_WRITE,
          LinuxMemory.MAP_PRIVATE
              | LinuxMemory.MAP_ANONYMOUS
              | LinuxMemory.MAP_NORESERVE
              | LinuxMemory.MAP_FIXED,
          -1,
          0,
          name);
    } catch (SystemCallException e) {
      RegionException refused = new RegionException(name, "no memory for page tables of mappings");
      refused.initCause(e);
      throw refused;
    }
  }

  /** What was used is not looked at any more. */
  synchronized void clean(long at, long bytes) {
    if (closed) {
      return;
    }
    long size = rounded(bytes);
    if (size < LARGE) {
      AllMemory.zero(at, size);
    } else {
      discard(at, size);
    }
  }

  private void discard(long at, long size) {
    try {
      LinuxMemory.madvise(at, size, MADV_DONTNEED, name);
    } catch (SystemCallException e) {
      AllMemory.zero(at, size);
    }
  }

  /** After {@link #clean}, of a part in which something was. */
  synchronized void poison(long at, long bytes) {
    if (!closed) {
      poison.putInZeros(at, bytes);
    }
  }

  /** Ends {@link #reserve}. Like {@link #clean} it needs no memory, and so can't fail. */
  synchronized void release(AddressRange range) {
    if (!closed) {
      free.add(range);
    }
  }

  /** Tells which addresses have ever been accessible. */
  synchronized void forAccessible(Taker told) {
    chunks.forEach((from, chunk) -> told.take(from, chunk.accessible - from));
  }

  /** Gives the memory back; the addresses stay valid for who still reads them. */
  synchronized void close() {
    closed = true;
    poison.forget();
    chunks.forEach(
        (from, chunk) -> {
          if (chunk.accessible > from) {
            discard(from, chunk.accessible - from);
          }
        });
  }

  /** Ranges that are free; one per chunk when nothing is reserved. */
  synchronized int freeRanges() {
    return free.count();
  }
}
