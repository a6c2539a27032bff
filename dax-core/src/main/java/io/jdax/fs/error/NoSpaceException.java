package io.jdax.fs.error;

import io.jdax.region.RegionException;

/** ENOSPC. Thrown before anything has changed. */
public final class NoSpaceException extends RegionException {
  private static final long serialVersionUID = 1L;

  private final long freeBlocks;
  private final long usableBlocks;

  /**
   * @param wanted what the caller asked for, in blocks
   * @param freeBlocks blocks that nothing occupies
   * @param usableBlocks those of them that this caller could have had
   */
  public NoSpaceException(String region, String wanted, long freeBlocks, long usableBlocks) {
    super(
        region,
        "no space for %s: %d blocks are free, of which %d are usable; the others are reserved for metadata and for stores that were accepted"
            .formatted(wanted, freeBlocks, usableBlocks));
    this.freeBlocks = freeBlocks;
    this.usableBlocks = usableBlocks;
  }

  /** Blocks that nothing occupies. */
  public long freeBlocks() {
    return freeBlocks;
  }

  /** Blocks that the caller could have had. */
  public long usableBlocks() {
    return usableBlocks;
  }
}
