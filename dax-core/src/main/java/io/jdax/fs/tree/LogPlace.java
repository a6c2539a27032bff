package io.jdax.fs.tree;

import io.jdax.fs.error.CorruptMetadataException;

/**
 * Where the log of notes lies, and which of its records count.
 *
 * @param firstFrame of the device
 * @param frames how many, one after the other; 0 if there is no log
 * @param life counts the mounts for writing that had this log
 * @param nonce of this life, so that no record of another one is taken for one of its own
 */
public record LogPlace(long firstFrame, int frames, long life, long nonce) {
  /** There is no log. */
  public static final LogPlace NONE = new LogPlace(0, 0, 0, 0);

  /** The same frames in the next life. */
  public LogPlace next(long newNonce) {
    return new LogPlace(firstFrame, frames, life + 1, newNonce);
  }

  /** Whether there is a log, be it at a place where none can be. */
  public boolean exists() {
    return !equals(NONE);
  }

  /** Whether it lies on a device of so many frames, behind the superblocks. */
  public boolean isPossible(long deviceFrames) {
    return frames > 0 && firstFrame >= Superblock.SLOTS && firstFrame <= deviceFrames - frames;
  }

  /**
   * Refuses one that is not possible.
   *
   * @param region what messages call the device
   */
  void requirePossible(String region, long deviceFrames) throws CorruptMetadataException {
    if (!isPossible(deviceFrames)) {
      throw new CorruptMetadataException(
          region,
          "log",
          -1,
          "has " + frames + " frames at frame " + firstFrame + " of " + deviceFrames);
    }
  }

  /** The frame after the last one. */
  public long endFrame() {
    return firstFrame + frames;
  }
}
