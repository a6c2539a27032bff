package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * ENOSPC. There are too few blocks that the caller may have. Thrown before anything has changed.
 * Data is counted in blocks of the file system, and metadata in blocks of 4096 bytes; see {@link
 * #blockBytes}.
 */
public final class NoSpaceException extends RegionException {
  private static final long serialVersionUID = 1L;

  private final int blockBytes;
  private final long freeBlocks;
  private final long usableBlocks;

  /**
   * A refusal, with what there is.
   *
   * @param region name of the region
   * @param wanted a phrase that says what the caller asked for, in blocks
   * @param blockBytes size of the blocks that are counted
   * @param freeBlocks how many blocks nothing occupies
   * @param usableBlocks how many of them this caller could have had
   */
  public NoSpaceException(
      String region, String wanted, int blockBytes, long freeBlocks, long usableBlocks) {
    super(
        region,
        "no space for %s: %d blocks of %d bytes are free, of which %d are usable; the others are reserved for metadata and for stores that were accepted"
            .formatted(wanted, freeBlocks, blockBytes, usableBlocks));
    this.blockBytes = blockBytes;
    this.freeBlocks = freeBlocks;
    this.usableBlocks = usableBlocks;
  }

  /** Size of the blocks that the other figures count, in bytes. */
  public int blockBytes() {
    return blockBytes;
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
