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
 *   reserve -> use -> clean -> release     clean only what was used; all free memory is zeros
 * </pre>
 *
 * <p>Sizes are rounded up to 512 bytes, and from 64 KiB on to 64 KiB. No system page is larger than
 * that, so what is given back to the system never contains a neighbour's bytes.
 */
final class AddressPool {
  private static final int MADV_DONTNEED = 4;
  private static final long SMALL = 512;
  private static final long LARGE = 64 << 10;

  /**
   * Bytes made accessible at a time. Where overcommit is strict, all that is accessible is charged.
   */
  private static final long STEP = 16L << 20;

  /** Where more addresses come from. */
  interface Source {
    /** Adds at least so many bytes of addresses to the pool, or says why it can't. */
    void refill(AddressPool pool, long bytes) throws RegionException;
  }

  /** Takes ranges of addresses. */
  interface Taker {
    void take(long address, long bytes);
  }

  private static final class Chunk {
    final long end;

    /** The first address that is not accessible yet. */
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

  /** Adds addresses that nobody may access yet. They must not lie next to others of the pool. */
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

  /** Takes addresses, which nobody may access before {@link #use}. */
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

  /** Makes a part of what is reserved accessible. It holds zeros. */
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

  /** Makes zeros of what was used, at which nobody looks any more. */
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

  /** Poisons a part that something was in, after {@link #clean}; for assertions. */
  synchronized void poison(long at, long bytes) {
    if (!closed) {
      poison.putInZeros(at, bytes);
    }
  }

  /** Ends {@link #reserve}. Like {@link #clean} it allocates nothing, and so can't fail. */
  synchronized void release(AddressRange range) {
    if (!closed) {
      free.add(range);
    }
  }

  /** Tells which addresses have ever been accessible. */
  synchronized void forAccessible(Taker told) {
    chunks.forEach((from, chunk) -> told.take(from, chunk.accessible - from));
  }

  /** Gives the memory back. The addresses stay valid for threads that still read them. */
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

  /** How many free ranges there are: one per chunk when nothing is reserved. */
  synchronized int freeRanges() {
    return free.count();
  }
}
