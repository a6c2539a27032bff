package io.jdax.mm;

/** Who sees the stores of a mapping. */
public enum Sharing {
  /** There are none. */
  READ_ONLY,
  /** Every mapping, read() and, once persisted, the next mount. */
  SHARED,
  /**
   * This mapping only: the first store to a page copies it to DRAM, and nothing of it is ever
   * durable.
   */
  PRIVATE
}
