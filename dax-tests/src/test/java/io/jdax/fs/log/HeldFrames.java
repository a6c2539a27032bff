package io.jdax.fs.log;

import io.jdax.fs.tree.ChangePoint;

/** All frames of a log that are free, held by nobody who tells anything, so that it is full. */
public final class HeldFrames implements AutoCloseable {
  private final LogFrames frames;
  private final int[] held;
  private int count;

  /** Takes them. */
  public HeldFrames(LogArea log) {
    frames = log.frames;
    held = new int[frames.count()];
    int frame = frames.take();
    while (frame >= 0) {
      held[count++] = frame;
      frame = frames.take();
    }
  }

  /** Gives them back, as if a commit long ago had made them free. */
  @Override
  public void close() {
    while (count > 0) {
      frames.retire(held[--count], ChangePoint.ofCommit(0));
    }
  }
}
