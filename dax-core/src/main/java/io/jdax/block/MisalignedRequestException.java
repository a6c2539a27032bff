package io.jdax.block;

/** A request does not consist of whole sectors, or one for direct access not of whole pages. */
public final class MisalignedRequestException extends BlockRequestException {
  private static final long serialVersionUID = 1L;

  private final long byteCount;

  /**
   * A request that is not whole units.
   *
   * @param device its name, with which the message begins
   * @param firstSector as requested
   * @param byteCount of the whole request
   * @param unit what the request must consist of, such as {@code sectors of 512 bytes}
   */
  public MisalignedRequestException(String device, long firstSector, long byteCount, String unit) {
    super(
        device,
        firstSector,
        "%d bytes at sector %d are not whole %s".formatted(byteCount, firstSector, unit));
    this.byteCount = byteCount;
  }

  /** How many bytes the request had. */
  public long byteCount() {
    return byteCount;
  }
}
