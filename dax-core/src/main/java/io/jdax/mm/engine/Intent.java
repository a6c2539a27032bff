package io.jdax.mm.engine;

/** Why somebody asks what lies under a page: {@link BlockMapper#find}. */
public enum Intent {
  /** Loads are to follow: a page that has content has a frame on return. */
  LOAD,

  /**
   * A store is to follow: a partial page may come without a frame, since {@link
   * BlockMapper#mkwrite} has to see it first.
   */
  STORE,

  /**
   * Nobody is about to use it: nothing is brought into memory for the answer, and the pfn is 0 for
   * a written page that is not there.
   */
  LOOK
}
