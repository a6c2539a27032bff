package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** A file system can't live on a device of this kind. Nothing has changed. */
public final class UnsupportedDeviceException extends RegionException {
  private static final long serialVersionUID = 1L;

  public UnsupportedDeviceException(String device, String sentence) {
    super(device, sentence);
  }
}
