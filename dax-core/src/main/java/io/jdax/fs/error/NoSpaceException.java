package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * ENOSPC. There are too few blocks that the caller may have. Thrown before anything has changed.
 * Figures about data are in blocks of the file system, those about metadata in blocks of 4096
 * bytes.
 */
public final class NoSpaceException extends RegionException {
  private static final long serialVersionUID = 1L;

  private final long freeBlocks;
  private final long usableBlocks;

  /**
   * A refusal, with what there is.
   *
   * @param region name of the region
   * @param wanted a phrase that says what the caller asked for, in blocks
   * @param freeBlocks how many blocks nothing occupies
   * @param usableBlocks how many of them this caller could have had
   */
  public NoSpaceException(String region, String wanted, long freeBlocks, long usableBlocks) {
    super(
        region,
        "no space for %s: %d blocks are free, of which %d are usable; the others are reserved for metadata and for stores that were accepted"
            .formatted(wanted, freeBlocks, usableBlocks));
    this.freeBlocks = freeBlocks;
    this.usableBlocks = usableBlocks;
  }

  /** How many blocks nothing occupies. */
  public long freeBlocks() {
    return freeBlocks;
  }

  /** How many blocks the caller could have had. */
  public long usableBlocks() {
    return usableBlocks;
  }
}
