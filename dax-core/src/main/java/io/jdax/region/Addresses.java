package io.jdax.region;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.os.LinuxMemory;
import io.jdax.os.Unmapper;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Addresses of the process. They are taken in large pieces, and given back at once, or when nobody
 * can know them any more.
 */
final class Addresses {
  private static final int GC_ATTEMPTS = 4;
  private static final long GC_PATIENCE_NANOS = 500_000_000L;

  /**
   * How many closed regions still have addresses, since no collection has found them unreachable.
   */
  private static final AtomicInteger LINGERING = new AtomicInteger();

  private Addresses() {}

  record Range(long from, long length) {
    long end() {
      return from + length;
    }
  }

  interface Call<T> {
    T run() throws SystemCallException;
  }

  /**
   * Makes a call, and makes it again if there were no addresses for it and a garbage collection can
   * bring some. The last resort, since nothing but want of heap makes the JVM look for closed
   * regions.
   */
  static <T> T collectingGarbage(Call<T> call) throws SystemCallException {
    for (int attempt = 1; ; attempt++) {
      int lingering = LINGERING.get();
      try {
        return call.run();
      } catch (SystemCallException e) {
        if (e.errno() != Errno.ENOMEM || lingering == 0 || attempt == GC_ATTEMPTS) {
          throw e;
        }
      }
      System.gc();
      awaitFewerThan(lingering);
    }
  }

  /** Returns when some addresses have been given back and, it seems, no more come. */
  private static void awaitFewerThan(int lingering) {
    long began = System.nanoTime();
    int before;
    do {
      before = LINGERING.get();
      LockSupport.parkNanos(1_000_000);
    } while ((LINGERING.get() >= lingering || LINGERING.get() < before)
        && System.nanoTime() - began < GC_PATIENCE_NANOS);
  }

  /** Reserves addresses, without access to them and without cost. */
  static long reserve(long length, String name) throws SystemCallException {
    int flags = LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE;
    return LinuxMemory.mmap(0, length, LinuxMemory.PROT_NONE, flags, -1, 0, name);
  }

  /**
   * What is left of a closed region: addresses that whoever holds the region may still use. They
   * are given back when the region is unreachable.
   */
  static final class Grave {
    private volatile List<Range> ranges = List.of();

    void put(List<Range> left) {
      LINGERING.incrementAndGet();
      ranges = left;
    }

    void empty() {
      if (!ranges.isEmpty()) {
        ranges.forEach(range -> Unmapper.unmap(range.from, range.length));
        LINGERING.decrementAndGet();
      }
    }
  }
}
