package io.jdax.mm;

/** Whether a mapping can be stored to, and what the stores reach. */
public enum Sharing {
  /** It can't: a store throws {@link ReadOnlyMappingException}. */
  READ_ONLY,
  /**
   * The file: stores are seen by every mapping, by read(), and once persisted by the next mount.
   */
  SHARED,
  /**
   * This mapping only. The first store to a page copies it to DRAM, and nothing of it is ever
   * durable.
   */
  PRIVATE
}
