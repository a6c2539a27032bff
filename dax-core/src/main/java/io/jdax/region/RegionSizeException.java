package io.jdax.region;

/** The size of the file or device is not one that can be mapped, or not the one asked for. */
public final class RegionSizeException extends RegionException {
  private static final long serialVersionUID = 1L;

  /** A sentence without the region's name, which is put in front of it. */
  public RegionSizeException(String region, String sentence) {
    super(region, sentence);
  }
}
