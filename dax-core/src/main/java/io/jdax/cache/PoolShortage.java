package io.jdax.cache;

import io.jdax.mm.FramesExhaustedException;
import io.jdax.mm.engine.FrameShortage;

/** A {@link FramePool} has no frame, or too many are dirty. There is one per pool and kind. */
final class PoolShortage extends FrameShortage {
  private static final long serialVersionUID = 1L;

  private final transient FramePool pool;
  private final boolean dirtying;

  PoolShortage(FramePool pool, boolean dirtying) {
    this.pool = pool;
    this.dirtying = dirtying;
  }

  @Override
  public int frames() {
    return pool.frames();
  }

  @Override
  public FramesExhaustedException exhausted() {
    return pool.exhausted();
  }

  @Override
  public void await() throws FramesExhaustedException {
    pool.await(dirtying);
  }
}
