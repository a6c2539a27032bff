package io.jdax.region;

/** A change was asked of a region that was opened read-only. */
public final class ReadOnlyRegionException extends RegionException {
  private static final long serialVersionUID = 1L;

  /** A sentence without the region's name, which is put in front of it. */
  public ReadOnlyRegionException(String region, String sentence) {
    super(region, sentence);
  }
}
