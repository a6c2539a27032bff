package io.jdax.region;

/** A change was asked of a region that was opened read-only. */
public final class ReadOnlyRegionException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal to change something.
   *
   * @param region its name, with which the message begins
   * @param sentence what is wrong, without the name
   */
  public ReadOnlyRegionException(String region, String sentence) {
    super(region, sentence);
  }
}
