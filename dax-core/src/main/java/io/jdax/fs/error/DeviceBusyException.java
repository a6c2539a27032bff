package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * EBUSY. Something else has the device to itself: a mounted file system, one that is being made, or
 * a check. Nothing has changed.
 */
public final class DeviceBusyException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A device that is in use.
   *
   * @param region name of the region or device
   * @param user a phrase that says what uses it
   */
  public DeviceBusyException(String region, String user) {
    super(region, "is in use by " + user);
  }
}
