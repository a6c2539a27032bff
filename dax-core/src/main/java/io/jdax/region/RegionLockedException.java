package io.jdax.region;

/** Another process, or another region of this one, holds the lock of the region's file. */
public final class RegionLockedException extends RegionException {
  private static final long serialVersionUID = 1L;

  /** A sentence without the region's name, which is put in front of it. */
  public RegionLockedException(String region, String sentence) {
    super(region, sentence);
  }
}
