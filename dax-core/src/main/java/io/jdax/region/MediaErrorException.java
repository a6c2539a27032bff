package io.jdax.region;

import org.jspecify.annotations.Nullable;

/**
 * Bytes of the region can't be reached: the media is poisoned there, or the file no longer backs
 * them (it was truncated below its mapping, or its file system had no block to give).
 */
public final class MediaErrorException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * Bytes that can't be reached.
   *
   * @param region its name, with which the message begins
   * @param offset first byte that can't be reached, from the start of the region
   * @param length in bytes
   * @param sentence what is wrong, without the name and the range
   * @param cause the JVM's error, or null if there is none
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public MediaErrorException(
      String region, long offset, long length, String sentence, @Nullable Throwable cause) {
    super(region, offset, length, sentence, cause);
  }
}
