package io.jdax.region;

import java.util.function.Supplier;

/**
 * The address space reserved right after a region, and the hold of its one user. No access is
 * allowed to it until the user maps something there. It is given back together with the region's
 * own range.
 */
public final class RegionTail extends RegionHold {
  private final Mapping mapping;

  RegionTail(RegionLife life, Supplier<String> holder, Mapping mapping) {
    super(life, holder);
    this.mapping = mapping;
  }

  /** The first address of the tail: the region's own address plus its size, in whole pages. */
  public long address() {
    return mapping.tailAddress();
  }

  /** How many bytes are reserved from {@link #address} on. */
  public long bytes() {
    return Mapping.TAIL_BYTES;
  }

  /**
   * Says that a range of the tail has been accessible, so that a thread may have kept an address in
   * it. A close of the region gives these addresses back only when the region is unreachable, and
   * all others at once.
   *
   * @param address first address of the range, a multiple of 4096
   * @param bytes its length, a multiple of 4096
   */
  public void keep(long address, long bytes) {
    mapping.touched(address, bytes);
  }

  /**
   * As {@link #keep} of the whole tail, for as long as it is not known which part is accessible.
   *
   * @param keep whether to keep the whole tail, or from now on only what {@link #keep} named
   */
  public void keepAll(boolean keep) {
    mapping.touchedAll(keep);
  }
}
