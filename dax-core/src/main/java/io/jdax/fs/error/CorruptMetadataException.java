package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * A structure on the device is not what was written there. The message names it, its block, and
 * what is wrong.
 */
public final class CorruptMetadataException extends RegionException {
  private static final long serialVersionUID = 1L;
  private static final int BLOCK_BYTES = 4096;

  private final String structure;
  private final long pfn;

  /**
   * @param structure what it should be: {@code node}, {@code superblocks}, …
   * @param pfn the block that it lies in
   * @param what follows the name, as in {@code has a bad checksum}
   */
  public CorruptMetadataException(String region, String structure, long pfn, String what) {
    super(
        region, pfn * BLOCK_BYTES, BLOCK_BYTES, structure + " at block " + pfn + " " + what, null);
    this.structure = structure;
    this.pfn = pfn;
  }

  /** What it should be. */
  public String structure() {
    return structure;
  }

  /** The block that it lies in. */
  public long pfn() {
    return pfn;
  }
}
