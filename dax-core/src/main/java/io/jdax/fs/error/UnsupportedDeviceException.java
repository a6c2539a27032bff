package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** A device of this kind can't hold a file system, or can't be checked. Nothing has changed. */
public final class UnsupportedDeviceException extends RegionException {
  private static final long serialVersionUID = 1L;

  /**
   * A device that is refused.
   *
   * @param device name of the device
   * @param sentence what is missing, after the name
   */
  public UnsupportedDeviceException(String device, String sentence) {
    super(device, sentence);
  }
}
