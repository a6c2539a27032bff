package io.jdax.fs.tree;

/**
 * From where on what a change has made void is void for every mount to come: a number in the
 * journal that is durable, or else, the commit after the one that the change is in, since until
 * then a mount may fall back to a tree that does not know the change.
 *
 * @param commit the one that the change is in
 * @param told its number, if the journal tells it; else no change ever has this number
 */
public record ChangePoint(long commit, long told) {
  static final long NOT_TOLD = Long.MAX_VALUE;

  /** Of a commit alone. */
  public static ChangePoint ofCommit(long commit) {
    return new ChangePoint(commit, NOT_TOLD);
  }
}
