package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** EROFS: the file system is mounted read-only. Nothing has changed. */
public final class ReadOnlyMountException extends RegionException {
  private static final long serialVersionUID = 1L;

  public ReadOnlyMountException(String region) {
    super(region, "is mounted read-only");
  }
}
