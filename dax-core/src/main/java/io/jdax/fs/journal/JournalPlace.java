package io.jdax.fs.journal;

import io.jdax.os.Pages;

/**
 * Where the journal lies: two halves, one after the other. What is changed after commit N is told
 * in the half of N's parity, so that the records since the commit before, to which a mount may have
 * to fall back, stay.
 *
 * @param firstFrame of the device
 * @param halfFrames how many each half has; 0 if there is no journal
 * @param nonce of the mount that tells, so that no record of another one is taken for one of its
 *     own
 */
public record JournalPlace(long firstFrame, int halfFrames, long nonce) {
  /** There is no journal. */
  public static final JournalPlace NONE = new JournalPlace(0, 0, 0);

  /** The same frames, of which no record counts that was told before. */
  public JournalPlace renewed(long newNonce) {
    return exists() ? new JournalPlace(firstFrame, halfFrames, newNonce) : NONE;
  }

  /** Whether there is a journal, be it at a place where none can be. */
  public boolean exists() {
    return !equals(NONE);
  }

  /** How many frames it has. */
  public long frames() {
    return 2L * halfFrames;
  }

  /** The frame after the last one. */
  public long endFrame() {
    return firstFrame + frames();
  }

  /**
   * Whether it lies on a device of so many frames.
   *
   * @param reservedFrames at the beginning of the device, in which it can't be
   */
  public boolean isPossible(long reservedFrames, long deviceFrames) {
    return halfFrames > 0 && firstFrame >= reservedFrames && firstFrame <= deviceFrames - frames();
  }

  /** Where the half for what follows a commit begins, in bytes of the region. */
  long offset(long commit) {
    return Pages.bytes(firstFrame + (commit & 1) * halfFrames);
  }

  /** Bytes of a half. */
  int halfBytes() {
    return Math.toIntExact(Pages.bytes(halfFrames));
  }
}
