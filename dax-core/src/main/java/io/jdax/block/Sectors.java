package io.jdax.block;

/**
 * The shape of a device, and the checks that need nothing else.
 *
 * @param device its name
 * @param size bytes per sector, a power of two
 * @param count sectors of the device
 */
record Sectors(String device, int size, long count) {
  /** As many sectors as fit; a rest is out of reach. */
  static Sectors of(String device, int size, long sizeBytes) {
    if (size < 512 || size > 4096 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException(
          "sector size " + size + ": must be a power of two, 512 to 4096");
    }
    return new Sectors(device, size, sizeBytes / size);
  }

  /** Bytes to sectors, rounded down. */
  long of(long bytes) {
    return bytes >> Integer.numberOfTrailingZeros(size);
  }

  /** Where a checked sector begins; one past the last byte for {@code count()}. */
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
    // no sum, so that nothing overflows
    if (first < 0 || sectors < 0 || first > count || sectors > count - first) {
      throw new SectorRangeException(device, first, sectors, count);
    }
    return offset(first);
  }
}
