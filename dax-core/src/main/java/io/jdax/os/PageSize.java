package io.jdax.os;

import io.jdax.machine.NativeAccessException;
import org.jspecify.annotations.Nullable;

/**
 * The kernel's page: what addresses given to mmap, munmap, msync and madvise must be multiples of,
 * and what their lengths are rounded up to. 4 KiB on x86-64; 4, 16 or 64 KiB on aarch64, as the
 * kernel was built. It has nothing to do with the pages of a file system or a mapping of jdax,
 * which have 4 KiB everywhere.
 *
 * <p>For tests, the system property {@value #PROPERTY} makes believe that it is larger: {@link
 * LinuxMemory} then refuses and rounds as such a kernel does.
 */
public final class PageSize {
  public static final String PROPERTY = "jdax.page.size";

  /**
   * Of the largest kernel page that jdax works with: its own frames and tables lie in such units.
   */
  public static final long MAX_BYTES = 2L << 20;

  private static final long KERNEL_BYTES = kernelBytes();

  /** Bytes per page of the kernel, a power of two. */
  public static final long BYTES = choose(KERNEL_BYTES, System.getProperty(PROPERTY));

  private PageSize() {}

  private static long kernelBytes() {
    try {
      return LinuxMemory.pageSize();
    } catch (NativeAccessException e) {
      return 4096; // of no use to anybody: each system call is refused, and says why
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
              + " is refused: a power of two, not below the kernel's own "
              + kernelBytes
              + ", can be made believe");
    }
    return wanted;
  }

  /** Whether it is make-believe. */
  static boolean pretended() {
    return BYTES != KERNEL_BYTES;
  }

  /** Of an address, an offset or a length; the page around it begins there. */
  public static long roundDown(long bytes) {
    return bytes & -BYTES;
  }

  /** Of an address, an offset or a length. */
  public static long roundUp(long bytes) {
    return bytes + BYTES - 1 & -BYTES;
  }
}
