package io.jdax.region;

import java.util.function.Supplier;

/**
 * The address space reserved right behind a region, and the hold of the one who uses it. No access
 * is allowed to it until the owner maps something there; it is given back together with the
 * region's own range.
 */
public final class RegionTail extends RegionHold {
  private final Mapping mapping;

  RegionTail(RegionLife life, Supplier<String> who, Mapping mapping) {
    super(life, who);
    this.mapping = mapping;
  }

  /** The first address: that of the region and its size in bytes. */
  public long address() {
    return mapping.tailAddress();
  }

  /** Bytes from {@link #address} on that are reserved. */
  public long bytes() {
    return Mapping.TAIL_BYTES;
  }

  /**
   * Says that somebody may have kept an address of the tail that was accessible: a close of the
   * region gives these back only when its object is unreachable, and all others at once.
   *
   * @param address the first, a multiple of 4096
   * @param bytes a multiple of 4096
   */
  public void keep(long address, long bytes) {
    mapping.touched(address, bytes);
  }

  /**
   * As {@link #keep} of the whole tail, for as long as it isn't known of which part; or no more.
   */
  public void keepAll(boolean keep) {
    mapping.touchedAll(keep);
  }
}
