package io.jdax.region;

import java.util.function.Supplier;

/**
 * Keeps a region open until the hold itself is closed. Meanwhile {@link Region#close} is refused
 * with a {@link RegionBusyException} that names the holder.
 */
public sealed class RegionHold implements AutoCloseable permits RegionTail {
  private final RegionLife life;
  private final Supplier<String> holder;

  RegionHold(RegionLife life, Supplier<String> holder) {
    this.life = life;
    this.holder = holder;
  }

  String holder() {
    return holder.get();
  }

  /** Lets go of the region. A second call does nothing. */
  @Override
  public final void close() {
    life.release(this);
  }
}
