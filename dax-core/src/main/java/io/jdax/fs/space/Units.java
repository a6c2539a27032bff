package io.jdax.fs.space;

import io.jdax.os.Pages;

/**
 * Bytes, blocks and pages of one file system. A block is the unit in which files are given storage,
 * 512 to 4096 bytes; a page is what mappings show, and a frame what a page lies in: 4096 bytes
 * always. Block n of the device is part {@code n % blocksPerPage} of frame {@code n /
 * blocksPerPage}; the same holds for blocks and pages of a file.
 */
public final class Units {
  /** Bytes per page, as a power of two. */
  public static final int PAGE_SHIFT = Pages.SHIFT;

  /** Bytes per page, and per frame. */
  public static final int PAGE_BYTES = 1 << PAGE_SHIFT;

  /** Units of a file system whose blocks are pages. */
  public static final Units PAGES = new Units(PAGE_SHIFT);

  /** Bytes per block, as a power of two. */
  public final int blockShift;

  /** Bytes per block. */
  public final int blockBytes;

  /** Blocks per page, as a power of two. */
  public final int blocksPerPageShift;

  /**
   * Units of a file system.
   *
   * @param blockShift the block size as a power of two, 9 to 12
   */
  public Units(int blockShift) {
    if (blockShift < 9 || blockShift > PAGE_SHIFT) {
      throw new IllegalArgumentException("block shift " + blockShift + ": must be 9 to 12");
    }
    this.blockShift = blockShift;
    this.blockBytes = 1 << blockShift;
    this.blocksPerPageShift = PAGE_SHIFT - blockShift;
  }

  // ---------------------------------------------------------------- blocks

  /** The block that a byte lies in. */
  public long blockOf(long offset) {
    return offset >>> blockShift;
  }

  /** How many blocks so many bytes take. */
  public long blocksIn(long bytes) {
    return (bytes + (blockBytes - 1)) >>> blockShift;
  }

  /** Where a byte lies in its block. */
  public int inBlock(long offset) {
    return (int) offset & (blockBytes - 1);
  }

  /** Bytes of so many blocks; the byte at which a block begins. */
  public long bytes(long blocks) {
    return blocks << blockShift;
  }

  /** Blocks of so many pages or frames; the first block of one. */
  public long blocksOf(long pages) {
    return pages << blocksPerPageShift;
  }

  // ---------------------------------------------------------------- pages

  /** The page or frame that a block lies in. */
  public long pageOf(long block) {
    return block >>> blocksPerPageShift;
  }

  /** The page or frame after the last of the blocks before {@code endBlock}. */
  public long pageEnd(long endBlock) {
    return (endBlock + (1 << blocksPerPageShift) - 1) >>> blocksPerPageShift;
  }

  /** How many pages so many bytes take. */
  public static long pagesIn(long bytes) {
    return (bytes + (PAGE_BYTES - 1)) >>> PAGE_SHIFT;
  }
}
