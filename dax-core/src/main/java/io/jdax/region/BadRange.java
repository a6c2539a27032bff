package io.jdax.region;

/**
 * A run of bytes of a region that the kernel knows to be bad: a load from it raises a machine
 * check.
 *
 * @param offset first bad byte, from the start of the region, a multiple of 512
 * @param length in bytes, a multiple of 512
 */
public record BadRange(long offset, long length) {
  /** Offset of the first byte after the range. */
  public long end() {
    return offset + length;
  }
}
