package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** A format that this release does not read or write. Nothing has changed. */
public final class UnsupportedFormatException extends RegionException {
  private static final long serialVersionUID = 1L;

  public UnsupportedFormatException(String region, String sentence) {
    super(region, sentence);
  }
}
