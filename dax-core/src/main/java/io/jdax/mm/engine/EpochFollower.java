package io.jdax.mm.engine;

/** Reads translations and follows them, which it must do in the newest {@link Epoch}. */
interface EpochFollower {
  /** Leaves the epoch that is about to be closed. Does nothing once there is nothing to read. */
  void moveTo(Epoch epoch);
}
