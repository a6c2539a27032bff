package io.jdax.block;

import io.jdax.region.RegionException;

/** A device has refused a request on sight. Nothing has changed. */
public abstract sealed class BlockRequestException extends RegionException
    permits SectorRangeException, MisalignedRequestException, ReadOnlyDeviceException {
  private static final long serialVersionUID = 1L;

  private final long firstSector;

  BlockRequestException(String device, long firstSector, String sentence) {
    super(device, sentence);
    this.firstSector = firstSector;
  }

  /** The first sector that the request named. */
  public long firstSector() {
    return firstSector;
  }
}
