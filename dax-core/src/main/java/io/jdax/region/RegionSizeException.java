package io.jdax.region;

/** The file or device has a size that can't be mapped, or less than the size asked for. */
public final class RegionSizeException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A size that can't be had.
   *
   * @param region its name, with which the message begins
   * @param sentence what is wrong, without the name
   */
  public RegionSizeException(String region, String sentence) {
    super(region, sentence);
  }
}
