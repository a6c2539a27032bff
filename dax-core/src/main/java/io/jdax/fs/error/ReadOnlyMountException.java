package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** EROFS. The file system is mounted read-only, or has become so. Nothing has changed. */
public final class ReadOnlyMountException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A refusal to change something.
   *
   * @param region name of the region
   */
  public ReadOnlyMountException(String region) {
    super(region, "is mounted read-only");
  }
}
