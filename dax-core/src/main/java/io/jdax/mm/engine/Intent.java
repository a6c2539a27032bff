package io.jdax.mm.engine;

/** Why the engine asks what lies under a page, in {@link BlockMapper#find}. */
public enum Intent {
  /** Loads will follow, so a page that has content must have a frame on return. */
  LOAD,

  /**
   * A store will follow. A partial page may have no frame, since {@link BlockMapper#mkwrite} is
   * called for it first.
   */
  STORE,

  /**
   * Nothing will follow. Nothing is brought into memory for the answer, and the pfn of a written
   * page that is not in memory is 0.
   */
  LOOK
}
