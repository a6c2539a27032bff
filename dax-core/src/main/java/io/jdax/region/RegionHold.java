package io.jdax.region;

import java.util.function.Supplier;

/**
 * Keeps a region open, until it is closed itself: {@link Region#close} is refused meanwhile, with a
 * {@link RegionBusyException} that says who it was.
 */
public sealed class RegionHold implements AutoCloseable permits RegionTail {
  private final RegionLife life;
  private final Supplier<String> who;

  RegionHold(RegionLife life, Supplier<String> who) {
    this.life = life;
    this.who = who;
  }

  String who() {
    return who.get();
  }

  /** Lets go. A second call does nothing. */
  @Override
  public final void close() {
    life.release(this);
  }
}
