package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** Neither superblock slot has ever held a superblock. Nothing has changed. */
public final class NotFormattedException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A region without a file system.
   *
   * @param region name of the region
   */
  public NotFormattedException(String region) {
    super(region, "holds no jdax file system: there is no superblock in frame 0 or 1");
  }
}
