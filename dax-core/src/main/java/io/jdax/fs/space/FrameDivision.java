package io.jdax.fs.space;

/**
 * How frames are divided into blocks: block b is part b % n of frame b / n. What is known of one
 * frame's blocks is a mask, bit p for the block at place p.
 */
final class FrameDivision {
  private static final int FRAME_SHIFT = Units.PAGE_SHIFT;

  /** Blocks per frame, as a power of two. */
  final int shift;

  final int blocksPerFrame;

  /** The mask of all blocks of a frame. */
  final int full;

  FrameDivision(int blockShift) {
    if (blockShift < 9 || blockShift >= FRAME_SHIFT) {
      throw new IllegalArgumentException(
          "block shift " + blockShift + ": blocks of 512, 1024 or 2048 bytes divide a frame");
    }
    shift = FRAME_SHIFT - blockShift;
    blocksPerFrame = 1 << shift;
    full = (1 << blocksPerFrame) - 1;
  }

  /** Blocks of so many frames; the first block of one. */
  long blocksOf(long frames) {
    return frames << shift;
  }

  /** The frame that a block lies in; how many whole frames so many blocks are. */
  long frameOf(long blocks) {
    return blocks >>> shift;
  }

  /** Where in its frame, or in its page of a file, a block lies. */
  int placeOf(long block) {
    return (int) block & (blocksPerFrame - 1);
  }

  /** The frame in which a block has the place {@code place}, or −1 if that is not its place. */
  long frameAt(long block, int place) {
    return block < 0 || placeOf(block) != place ? -1 : frameOf(block);
  }

  /** The mask of blocks that lie in one frame. */
  int mask(long block, long count) {
    return ((1 << count) - 1) << placeOf(block);
  }

  /** How many blocks that are not in a mask there are. */
  int rest(int used) {
    return blocksPerFrame - Integer.bitCount(used);
  }

  /** How many blocks of a frame are free from {@code place} on, at most {@code limit}. */
  int freeRun(int used, int place, int limit) {
    return Math.min(limit, Integer.numberOfTrailingZeros((used | ~full) >>> place));
  }

  /** Whether a run begins with a whole frame. */
  boolean isWhole(long block, long endBlock) {
    return placeOf(block) == 0 && endBlock - block >= blocksPerFrame;
  }

  /** Where the first piece of a run ends: all its whole frames, or the part of its first frame. */
  long endOfPiece(long block, long endBlock) {
    return isWhole(block, endBlock)
        ? endBlock & -blocksPerFrame
        : Math.min(endBlock, (block | (blocksPerFrame - 1)) + 1);
  }

  /** Shows a run in pieces: parts of frames one by one, whole frames together. */
  void divide(long block, long count, RunTaker part, RunTaker frames) {
    long end = block + count;
    for (long at = block; at < end; ) {
      long to = endOfPiece(at, end);
      (isWhole(at, end) ? frames : part).take(at, to - at);
      at = to;
    }
  }
}
