package io.jdax.os;

import io.jdax.machine.NativeAccessException;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's page, which addresses given to mmap, munmap, msync and madvise must be multiples of,
 * and lengths are rounded up to. It has 4 KiB on x86-64, and 4, 16 or 64 KiB on aarch64, as the
 * kernel was built. It has nothing to do with the pages of a file system or a mapping of jdax,
 * which have 4 KiB everywhere ({@link Pages}).
 *
 * <p>For tests, the system property {@value #PROPERTY} makes believe that it is larger: {@link
 * LinuxMemory} then refuses and rounds as such a kernel does.
 */
public final class PageSize {
  /** The system property that makes believe that the kernel's pages have so many bytes. */
  public static final String PROPERTY = "jdax.page.size";

  /**
   * The largest kernel page that jdax works with, since its frames and tables lie in such units.
   */
  public static final long MAX_BYTES = 2L << 20;

  private static final long KERNEL_BYTES = kernelBytes();

  /** How many bytes a page of the kernel has, a power of two. */
  public static final long BYTES = choose(KERNEL_BYTES, System.getProperty(PROPERTY));

  private PageSize() {}

  private static long kernelBytes() {
    try {
      return LinuxMemory.pageSize();
    } catch (NativeAccessException e) {
      return Pages.BYTES; // of no use, since each system call is refused, and says why
    }
  }

  static long choose(long kernelBytes, @Nullable String property) {
    if (property == null) {
      return kernelBytes;
    }
    long wanted = Long.parseLong(property);
    if (wanted < kernelBytes || Long.bitCount(wanted) != 1) {
      throw new IllegalArgumentException(
          PROPERTY
              + "="
              + property
              + " is refused: it must be a power of two, and not below the kernel's own "
              + kernelBytes);
    }
    return wanted;
  }

  /** Whether the property makes believe a size. */
  static boolean pretended() {
    return BYTES != KERNEL_BYTES;
  }

  /** Rounds an address, an offset or a length down to a multiple of {@link #BYTES}. */
  public static long roundDown(long bytes) {
    return bytes & -BYTES;
  }

  /** Rounds an address, an offset or a length up to a multiple of {@link #BYTES}. */
  public static long roundUp(long bytes) {
    return bytes + BYTES - 1 & -BYTES;
  }
}
