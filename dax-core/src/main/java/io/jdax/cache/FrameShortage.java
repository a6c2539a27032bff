package io.jdax.cache;

import java.io.IOException;

/**
 * There is no frame, or too many are dirty. Thrown where locks are held under which nobody may wait
 * for a frame, since those who make room need them; caught where they are not, by {@link #await}
 * and another try. One per pool and kind, without a stack: it is no error.
 */
public final class FrameShortage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient FramePool pool;
  private final boolean dirtying;

  FrameShortage(FramePool pool, boolean dirtying) {
    super("no frame", null, false, false);
    this.pool = pool;
    this.dirtying = dirtying;
  }

  /** How many frames there are: who needs more at a time need not wait. */
  public int frames() {
    return pool.frames();
  }

  /** For those who have waited long enough. */
  public FramesExhaustedException exhausted() {
    return pool.exhausted();
  }

  /**
   * Waits for room.
   *
   * @throws FramesExhaustedException there will be none
   */
  public void await() throws IOException {
    pool.await(dirtying);
  }
}
