package io.jdax.region;

import org.jspecify.annotations.Nullable;

/**
 * Bytes of the region can't be reached: the media is poisoned there, or the file no longer backs
 * them (it was truncated below its mapping, or its file system had no block to give).
 */
public final class MediaErrorException extends RegionException {
  private static final long serialVersionUID = 1L;

  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public MediaErrorException(
      String region, long offset, long length, String sentence, @Nullable Throwable cause) {
    super(region, offset, length, sentence, cause);
  }
}
