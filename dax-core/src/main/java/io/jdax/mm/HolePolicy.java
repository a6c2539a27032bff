package io.jdax.mm;

/** What a mapping shows where the file has no data. */
public enum HolePolicy {
  /** Zeros. A store allocates. */
  ZERO,
  /**
   * Nothing. A load from a hole or an unwritten extent throws {@link HoleException}, and so does a
   * store.
   */
  MARKER
}
