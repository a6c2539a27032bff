package io.jdax.region;

/** Another process, or another region of this process, holds the lock of the region's file. */
public final class RegionLockedException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A region that somebody else has open.
   *
   * @param region its name, with which the message begins
   * @param sentence what is wrong, without the name
   */
  public RegionLockedException(String region, String sentence) {
    super(region, sentence);
  }
}
