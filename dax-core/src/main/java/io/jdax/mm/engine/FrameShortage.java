package io.jdax.mm.engine;

import io.jdax.mm.FramesExhaustedException;
import java.io.IOException;

/**
 * No frame of the DRAM tier is free, or too many are dirty. It is thrown where locks are held under
 * which nobody may wait for a frame, since whoever makes room needs them, and caught where they are
 * not, by {@link #await} and another try. It has no stack trace, since it is not an error.
 */
public abstract class FrameShortage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected FrameShortage() {
    super("no frame", null, false, false);
  }

  /** How many frames there are. Whoever needs more at a time need not wait. */
  public abstract int frames();

  /** What to throw after waiting long enough. */
  public abstract FramesExhaustedException exhausted();

  /**
   * Waits for room.
   *
   * @throws FramesExhaustedException no frame will become free
   */
  public abstract void await() throws IOException;
}
