package io.jdax.region;

/** The platform's store granularity is coarser than what the caller requires. */
public final class GranularityException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A region that would have to be flushed in larger pieces.
   *
   * @param region its name, with which the message begins
   * @param sentence what is wrong, without the name
   */
  public GranularityException(String region, String sentence) {
    super(region, sentence);
  }
}
