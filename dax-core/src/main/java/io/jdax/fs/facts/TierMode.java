package io.jdax.fs.facts;

/** Whether a file's pages go through DRAM. */
public enum TierMode {
  /**
   * For a file, as its file system is mounted; for a file system, as the media are fast or slow.
   */
  AUTO,

  /** Loads and stores go to the media, where the pages lie. */
  DIRECT,

  /** Loads and stores go to DRAM; what is dirty is written back. */
  CACHED
}
