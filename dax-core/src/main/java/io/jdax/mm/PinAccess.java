package io.jdax.mm;

/** What the holder of a pin does with it. */
public enum PinAccess {
  /** Loads only. */
  READ,
  /**
   * Stores, of which nobody hears: the pages count as dirty while the pin is open, and until the
   * first write-back after that.
   */
  WRITE
}
