package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** A format that this release can't read or write. Nothing has changed. */
public final class UnsupportedFormatException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A format that is refused.
   *
   * @param region name of the region
   * @param sentence what is not supported, after the name
   */
  public UnsupportedFormatException(String region, String sentence) {
    super(region, sentence);
  }
}
