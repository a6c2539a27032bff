package io.jdax.os;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;

/**
 * Does what a kernel with larger pages than this one's does with addresses (see {@link PageSize}).
 */
final class LargePages {
  private LargePages() {}

  /**
   * Refuses what is not a multiple of a page.
   *
   * @param bits the addresses, lengths or offsets that must be, or-ed together
   */
  static void check(String call, String subject, long bits) throws SystemCallException {
    if (bits != PageSize.roundDown(bits)) {
      throw new SystemCallException(call, subject, Errno.EINVAL);
    }
  }

  /** Reserves addresses from a multiple of a page on, for a mapping to replace the reservation. */
  static long reserve(long length, String subject) throws SystemCallException {
    long all = length + PageSize.BYTES;
    long start =
        LinuxMemory.kernelMmap(
            0,
            all,
            LinuxMemory.PROT_NONE,
            LinuxMemory.MAP_PRIVATE | LinuxMemory.MAP_ANONYMOUS | LinuxMemory.MAP_NORESERVE,
            -1,
            0,
            subject);
    long aligned = PageSize.roundUp(start);
    if (aligned > start) {
      LinuxMemory.kernelMunmap(start, aligned - start);
    }
    if (start + all > aligned + length) {
      LinuxMemory.kernelMunmap(aligned + length, start + all - aligned - length);
    }
    return aligned;
  }
}
