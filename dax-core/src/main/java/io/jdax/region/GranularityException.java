package io.jdax.region;

/** The platform's store granularity is coarser than what the caller requires. */
public final class GranularityException extends RegionException {
  private static final long serialVersionUID = 1L;

  /** A sentence without the region's name, which is put in front of it. */
  public GranularityException(String region, String sentence) {
    super(region, sentence);
  }
}
