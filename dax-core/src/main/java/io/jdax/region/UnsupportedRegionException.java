package io.jdax.region;

/** The path names something that can't be a region, or the platform can't do what was asked. */
public final class UnsupportedRegionException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A region that can't be opened, or not as was asked.
   *
   * @param region its name, with which the message begins
   * @param sentence what is wrong, without the name
   */
  public UnsupportedRegionException(String region, String sentence) {
    super(region, sentence);
  }
}
