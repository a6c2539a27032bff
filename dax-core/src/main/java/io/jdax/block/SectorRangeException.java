package io.jdax.block;

/** A request names sectors that the device does not have. */
public final class SectorRangeException extends BlockRequestException {
  private static final long serialVersionUID = 1L;

  private final long sectorCount;
  private final long deviceSectorCount;

  /**
   * A request for sectors of which some are not there.
   *
   * @param device its name, with which the message begins
   * @param firstSector as requested, and possibly negative
   * @param sectorCount as requested, and possibly negative
   * @param deviceSectorCount how many sectors there are
   */
  public SectorRangeException(
      String device, long firstSector, long sectorCount, long deviceSectorCount) {
    super(
        device,
        firstSector,
        "sectors [%d, +%d) are out of range: the device has %d"
            .formatted(firstSector, sectorCount, deviceSectorCount));
    this.sectorCount = sectorCount;
    this.deviceSectorCount = deviceSectorCount;
  }

  /** How many sectors the request named. */
  public long sectorCount() {
    return sectorCount;
  }

  /** How many sectors the device has. */
  public long deviceSectorCount() {
    return deviceSectorCount;
  }
}
