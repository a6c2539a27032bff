package io.jdax.fs.tree;

import io.jdax.region.RegionException;

/** Neither superblock slot has ever held a superblock. */
public final class NotFormattedException extends RegionException {
  private static final long serialVersionUID = 1L;

  NotFormattedException(String region) {
    super(region, "holds no jdax file system: there is no superblock in block 0 or 1");
  }
}
