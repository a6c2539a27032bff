package io.jdax.block;

/** A request would change a sector of a read-only device. */
public final class ReadOnlyDeviceException extends BlockRequestException {
  private static final long serialVersionUID = 1L;

  private final long sectorCount;

  /**
   * A request that would change sectors.
   *
   * @param device its name, with which the message begins
   * @param firstSector as requested
   * @param sectorCount as requested
   */
  public ReadOnlyDeviceException(String device, long firstSector, long sectorCount) {
    super(
        device,
        firstSector,
        "sectors [%d, +%d) can't be changed: the device is read-only"
            .formatted(firstSector, sectorCount));
    this.sectorCount = sectorCount;
  }

  /** How many sectors the request named. */
  public long sectorCount() {
    return sectorCount;
  }
}
