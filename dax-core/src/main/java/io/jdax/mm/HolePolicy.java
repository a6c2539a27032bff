package io.jdax.mm;

/** What a mapping shows where the file has no data. */
public enum HolePolicy {
  /** Zeros; a store allocates. */
  ZERO,
  /**
   * Nothing: touching a hole or an unwritten extent, by load or store, is a {@link HoleException}.
   */
  MARKER
}
