package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** Neither superblock slot has ever held a superblock. */
public final class NotFormattedException extends RegionException {
  private static final long serialVersionUID = 1L;

  public NotFormattedException(String region) {
    super(region, "holds no jdax file system: there is no superblock in frame 0 or 1");
  }
}
