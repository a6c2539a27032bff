package io.jdax.region;

/** The path names something that can't be a region, or the platform can't do what was asked. */
public final class UnsupportedRegionException extends RegionException {
  private static final long serialVersionUID = 1L;

  /** A sentence without the region's name, which is put in front of it. */
  public UnsupportedRegionException(String region, String sentence) {
    super(region, sentence);
  }
}
