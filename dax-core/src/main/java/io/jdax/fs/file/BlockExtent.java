package io.jdax.fs.file;

import io.jdax.mm.ExtentState;

/**
 * A run of blocks of a file in one state: an extent, or the hole between two. It is an answer that
 * is used again, so that asking allocates nothing. {@link PagePlacement} makes runs of pages of it.
 */
public final class BlockExtent {
  /** First block, of the file. */
  public long firstBlock;

  /** Blocks in the run; may reach beyond the end of the file. */
  long blockCount;

  /** Where the first block lies, as a block of the device; those of the others follow it. */
  public long deviceBlock;

  public ExtentState state = ExtentState.HOLE;

  void set(long firstBlock, long blockCount, long deviceBlock, ExtentState state) {
    this.firstBlock = firstBlock;
    this.blockCount = blockCount;
    this.deviceBlock = deviceBlock;
    this.state = state;
  }

  /** The block after the last one, of the file. */
  public long endBlock() {
    return firstBlock + blockCount;
  }

  /** Where a block of the run lies, as a block of the device. */
  public long deviceBlockOf(long block) {
    return deviceBlock + (block - firstBlock);
  }

  boolean isHole() {
    return state == ExtentState.HOLE;
  }

  boolean isWritten() {
    return state == ExtentState.WRITTEN;
  }

  @Override
  public String toString() {
    return state + " [" + firstBlock + ", +" + blockCount + ") at block " + deviceBlock;
  }
}
