package io.jdax.block;

import io.jdax.os.Pages;

/**
 * The sectors of a device, and the checks that need nothing else.
 *
 * @param device its name
 * @param size bytes per sector, a power of two
 * @param count how many sectors the device has
 */
record Sectors(String device, int size, long count) {
  private static final int MIN_BYTES = 512;
  private static final int MAX_BYTES = Pages.BYTES;

  /** As many sectors as fit. What is left after the last one can't be reached. */
  static Sectors of(String device, int size, long sizeBytes) {
    if (size < MIN_BYTES || size > MAX_BYTES || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(
          "sector size " + size + ": must be a power of two, " + MIN_BYTES + " to " + MAX_BYTES);
    }
    return new Sectors(device, size, sizeBytes / size);
  }

  /** How many whole sectors so many bytes are. */
  long of(long bytes) {
    return bytes >> Integer.numberOfTrailingZeros(size);
  }

  /** The byte at which a sector begins; for {@code count()} the end of the last one. */
  long offset(long sector) {
    return sector << Integer.numberOfTrailingZeros(size);
  }

  /** Checks a request of {@code bytes} bytes from {@code first} on, and returns its offset. */
  long check(long first, long bytes) throws BlockRequestException {
    if ((bytes & (size - 1)) != 0) {
      throw new MisalignedRequestException(device, first, bytes, "sectors of " + size + " bytes");
    }
    return checkCount(first, of(bytes));
  }

  /** Checks a request of {@code sectors} sectors from {@code first} on, and returns its offset. */
  long checkCount(long first, long sectors) throws SectorRangeException {
    // Without a sum, which could overflow.
    if (first < 0 || sectors < 0 || first > count || sectors > count - first) {
      throw new SectorRangeException(device, first, sectors, count);
    }
    return offset(first);
  }
}
