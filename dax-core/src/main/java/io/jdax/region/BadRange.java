package io.jdax.region;

/**
 * A run of bytes of a region that the kernel knows to be bad: a load from it raises a machine
 * check.
 *
 * @param offset first bad byte, from the start of the region; a multiple of 512
 * @param length bytes; a multiple of 512
 */
public record BadRange(long offset, long length) {
  /** One past the last bad byte. */
  public long end() {
    return offset + length;
  }
}
