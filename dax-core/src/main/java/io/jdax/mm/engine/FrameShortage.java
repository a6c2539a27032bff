package io.jdax.mm.engine;

import io.jdax.mm.FramesExhaustedException;
import java.io.IOException;

/**
 * There is no frame, or too many are dirty. Thrown where locks are held under which nobody may wait
 * for a frame, since those who make room need them; caught where they are not, by {@link #await}
 * and another try. It has no stack, since it is no error.
 */
public abstract class FrameShortage extends RuntimeException {
  private static final long serialVersionUID = 1L;

  protected FrameShortage() {
    super("no frame", null, false, false);
  }

  /** How many frames there are: whoever needs more at a time need not wait. */
  public abstract int frames();

  /** For those who have waited long enough. */
  public abstract FramesExhaustedException exhausted();

  /**
   * Waits for room.
   *
   * @throws FramesExhaustedException there will be none
   */
  public abstract void await() throws IOException;
}
