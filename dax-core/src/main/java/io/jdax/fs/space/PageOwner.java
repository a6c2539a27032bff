package io.jdax.fs.space;

/**
 * A file, as far as its pages may have frames kept for them: what {@link Fragments} knows it by.
 * Compared by identity.
 */
public abstract class PageOwner {
  /** The first of this owner's frames in the {@link PartTable}; guarded by its user's lock. */
  int firstPart = PartTable.NONE;

  /**
   * Space is short: the rest of the frame that is kept for a page is wanted for others. The owner
   * sees to it that no mapping shows the frame any more and then calls {@link Fragments#withdraw}
   * or, if none showed it, {@link Fragments#release}; at once, or later, when no thread can reach
   * the frame; or not at all, if it would rather keep it.
   *
   * <p>Called by any thread that allocates, under whatever locks that one has, also for other pages
   * of the same file: so it must not wait for a lock that is held while blocks are taken. It may be
   * called for what was given up meanwhile.
   *
   * @param pfn the frame
   */
  protected abstract void revoke(long page, long pfn);
}
