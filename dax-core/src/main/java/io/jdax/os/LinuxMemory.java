package io.jdax.os;

import static io.jdax.os.Libc.failUnlessInterrupted;
import static io.jdax.os.Libc.fails;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.machine.Architecture;
import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The system calls on addresses that jdax makes, and no others. Each method is one call: it retries
 * EINTR, and throws {@link SystemCallException} when the kernel says no. {@code subject} names what
 * is mapped in that exception. Where a test makes believe that the kernel's pages are larger
 * ({@link PageSize}), addresses and lengths are refused and rounded as that kernel would. Constants
 * are those of x86-64 and aarch64, which agree on all that are used here but the number of mbind.
 *
 * <pre>
 *   mmap munmap msync madvise mbind sysconf(_SC_PAGESIZE)
 * </pre>
 */
public final class LinuxMemory {
  public static final int PROT_NONE = 0;
  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int MAP_SHARED = 0x01;
  public static final int MAP_PRIVATE = 0x02;
  public static final int MAP_SHARED_VALIDATE = 0x03;
  public static final int MAP_FIXED = 0x10;
  public static final int MAP_ANONYMOUS = 0x20;
  public static final int MAP_NORESERVE = 0x4000;
  public static final int MAP_SYNC = 0x80000;

  public static final int MADV_HUGEPAGE = 14;
  public static final int MADV_POPULATE_READ = 22;
  public static final int MADV_POPULATE_WRITE = 23;

  private static final int SC_PAGESIZE = 30;
  private static final int MS_SYNC = 4;
  private static final int MPOL_PREFERRED = 1;
  private static final long SYS_MBIND = Architecture.CURRENT == Architecture.AARCH64 ? 235 : 237;

  private static final CFunction SYSCONF = CFunction.of("sysconf");
  private static final CFunction MMAP = CFunction.of("mmap");
  private static final CFunction MUNMAP = CFunction.of("munmap");
  private static final CFunction MSYNC = CFunction.of("msync");
  private static final CFunction MADVISE = CFunction.of("madvise");
  private static final CFunction SYSCALL = CFunction.of("syscall");

  private LinuxMemory() {}

  /** sysconf(3) of _SC_PAGESIZE, for {@link PageSize}, which everybody else asks. */
  static long pageSize() {
    return SYSCONF.callLong(SC_PAGESIZE, 0, 0, 0, 0, 0, 0);
  }

  /** mmap(2). Returns the address. */
  public static long mmap(
      long address, long length, int protection, int flags, int fd, long offset, String subject)
      throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("mmap", subject, address | offset);
      length = PageSize.roundUp(length);
      if ((flags & MAP_FIXED) == 0) {
        address = LargePages.reserve(length, subject);
        flags |= MAP_FIXED;
      }
    }
    return kernelMmap(address, length, protection, flags, fd, offset, subject);
  }

  /** As {@link #mmap}, with the pages that the kernel really has. */
  static long kernelMmap(
      long address, long length, int protection, int flags, int fd, long offset, String subject)
      throws SystemCallException {
    while (true) {
      long at =
          fails("mmap") ? -1 : MMAP.callLong(address, length, protection, flags, fd, offset, 0);
      if (at != -1) {
        return at;
      }
      failUnlessInterrupted("mmap", subject);
    }
  }

  /** munmap(2). */
  public static void munmap(long address, long length) throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("munmap", "", address);
      length = PageSize.roundUp(length);
    }
    kernelMunmap(address, length);
  }

  /** As {@link #munmap}, with the pages that the kernel really has. */
  static void kernelMunmap(long address, long length) throws SystemCallException {
    while (fails("munmap") || MUNMAP.call(address, length) != 0) {
      failUnlessInterrupted("munmap", "");
    }
  }

  /** msync(2) with MS_SYNC. The address is a multiple of {@link PageSize#BYTES}. */
  public static void msync(long address, long length, String subject) throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("msync", subject, address);
      length = PageSize.roundUp(length);
    }
    while (fails("msync") || MSYNC.call(address, length, MS_SYNC) != 0) {
      failUnlessInterrupted("msync", subject);
    }
  }

  /**
   * madvise(2). The address is a multiple of {@link PageSize#BYTES}, and the length is rounded up
   * to one.
   */
  public static void madvise(long address, long length, int advice, String subject)
      throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("madvise", subject, address);
      length = PageSize.roundUp(length);
    }
    while (fails("madvise") || MADVISE.call(address, length, advice) != 0) {
      failUnlessInterrupted("madvise", subject);
    }
  }

  /** mbind(2), which makes the kernel prefer a NUMA node for pages that are not allocated yet. */
  public static void preferNode(long address, long length, int node, String subject)
      throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("mbind", subject, address);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(128, 8);
      mask.set(JAVA_LONG, node / 64 * 8L, 1L << node);
      while (fails("mbind")
          || SYSCALL.callLong(SYS_MBIND, address, length, MPOL_PREFERRED, mask.address(), 1024, 0)
              != 0) {
        failUnlessInterrupted("mbind", subject);
      }
    }
  }
}
