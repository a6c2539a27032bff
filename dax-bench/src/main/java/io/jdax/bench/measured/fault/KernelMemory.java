package io.jdax.bench.measured.fault;

import io.jdax.bench.bed.Peers;
import java.lang.invoke.MethodHandle;

/**
 * Memory whose pages the kernel brings in at the first touch: anonymous, or of a tmpfs file. Its
 * loops run in C, in {@code peers.c}, so that nothing but the fault is measured.
 */
final class KernelMemory implements AutoCloseable {
  private static final MethodHandle MH_open = Peers.bind("jdaxpeers_tmpfs_open", 1);
  private static final MethodHandle MH_close = Peers.bind("jdaxpeers_tmpfs_close", 1);
  private static final MethodHandle MH_fill = Peers.bind("jdaxpeers_tmpfs_fill", 3);
  private static final MethodHandle MH_mapAnew = Peers.bind("jdaxpeers_map_anew", 3);
  private static final MethodHandle MH_unmap = Peers.bind("jdaxpeers_unmap", 2);
  private static final MethodHandle MH_load = Peers.bind("jdaxpeers_touch_load", 2);
  private static final MethodHandle MH_store = Peers.bind("jdaxpeers_touch_store", 2);
  private static final MethodHandle MH_punch = Peers.bind("jdaxpeers_tmpfs_punch", 2);

  private final long pages;
  private final long fd;
  private long address;

  private KernelMemory(long pages, long fd) {
    this.pages = pages;
    this.fd = fd;
  }

  /** Anonymous memory: a load shows the kernel's zero page. */
  static KernelMemory anonymous(long pages) {
    return new KernelMemory(pages, -1);
  }

  /** A file of holes. */
  static KernelMemory tmpfs(long pages) {
    return new KernelMemory(pages, call(MH_open, pages << 12));
  }

  /** Gives every page of the file a frame, or takes them all. */
  void fill(boolean present) {
    call(MH_fill, fd, pages << 12, present ? 1 : 0);
  }

  /** From now on no page is mapped. */
  void mapAnew() {
    address = call(MH_mapAnew, address, fd, pages << 12);
  }

  /** Loads from every page. */
  long load() {
    return call(MH_load, address, pages);
  }

  /** Stores to every page. */
  long store() {
    return call(MH_store, address, pages);
  }

  /** Punches every page by itself. */
  long punch() {
    return call(MH_punch, fd, pages);
  }

  @Override
  public void close() {
    if (address != 0) {
      call(MH_unmap, address, pages << 12);
    }
    if (fd >= 0) {
      call(MH_close, fd);
    }
  }

  private static long call(MethodHandle function, long a) {
    try {
      return checked((long) function.invokeExact(a));
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }

  private static long call(MethodHandle function, long a, long b) {
    try {
      return checked((long) function.invokeExact(a, b));
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }

  private static long call(MethodHandle function, long a, long b, long c) {
    try {
      return checked((long) function.invokeExact(a, b, c));
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new LinkageError("downcall", e);
    }
  }

  private static long checked(long result) {
    if (result < 0 && result > -4096) {
      throw new IllegalStateException("the kernel refused with errno " + -result);
    }
    return result;
  }
}
