package io.jdax.fs.check;

/**
 * What a check has found in the journal of changes, none of which is a defect.
 *
 * @param frames how many frames of 4096 bytes it has; 0 if there is none
 * @param changes how many of its changes the tree lacks; the next mount tells it
 */
public record JournalFacts(long frames, int changes) {
  /** There is no journal. */
  static final JournalFacts NONE = new JournalFacts(0, 0);
}
