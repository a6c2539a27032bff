package io.jdax.fs.space;

/**
 * A file, as far as its pages may have frames kept for them: what {@link Fragments} knows it by.
 * Compared by identity.
 */
public abstract class PageOwner {
  /** The first of this owner's frames in the {@link PartTable}; guarded by its user's lock. */
  int firstPart = PartTable.NONE;

  /**
   * Space is short: the rest of the frame that is kept for a page is wanted for others. No mapping
   * shows such a frame, so nobody has to be waited for: the owner calls {@link Fragments#release}
   * at once.
   *
   * <p>Called by any thread that reserves blocks, under the lock of Fragments and whatever locks
   * that one has: so it must not wait for any. It may be called for what was given up meanwhile.
   *
   * @param pfn the frame
   */
  protected abstract void revoke(long page, long pfn);
}
