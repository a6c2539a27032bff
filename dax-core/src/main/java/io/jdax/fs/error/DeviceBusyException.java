package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** EBUSY: the device carries a mounted file system. Nothing has changed. */
public final class DeviceBusyException extends RegionException {
  private static final long serialVersionUID = 1L;

  public DeviceBusyException(String region) {
    super(region, "carries a file system that is mounted");
  }
}
