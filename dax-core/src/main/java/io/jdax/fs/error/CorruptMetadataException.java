package io.jdax.fs.error;

import io.jdax.region.RegionException;

/**
 * A structure on the device is not what was written there. The message names it, the frame that it
 * lies in where that is known, and what is wrong.
 */
public final class CorruptMetadataException extends RegionException {
  private static final long serialVersionUID = 1L;
  private static final int FRAME_BYTES = 4096;

  private final String structure;
  private final long pfn;

  /**
   * A structure whose place is known.
   *
   * @param region name of the region
   * @param structure what it should be: {@code node}, {@code superblock}, …
   * @param pfn the frame of 4096 bytes that it lies in
   * @param what follows the name, as in {@code has a bad checksum}
   */
  public CorruptMetadataException(String region, String structure, long pfn, String what) {
    super(
        region, pfn * FRAME_BYTES, FRAME_BYTES, structure + " in frame " + pfn + " " + what, null);
    this.structure = structure;
    this.pfn = pfn;
  }

  /**
   * A structure that was looked up, somewhere in the metadata.
   *
   * @param region name of the region
   * @param structure what it should be: {@code inode 5}, {@code name in directory 1}, …
   * @param what follows the name, as in {@code has a bad length}
   */
  public CorruptMetadataException(String region, String structure, String what) {
    super(region, structure + " " + what);
    this.structure = structure;
    this.pfn = -1;
  }

  /** What it should be. */
  public String structure() {
    return structure;
  }

  /** The frame of 4096 bytes that it lies in, or −1 if that is not known. */
  public long pfn() {
    return pfn;
  }
}
