package io.jdax.fs.facts;

/** Whether a file's pages go through DRAM. */
public enum TierMode {
  /** As the next larger thing says: the file system for a file, the media for a file system. */
  AUTO,

  /** Loads and stores go to the media, where the pages lie. */
  DIRECT,

  /** Loads and stores go to DRAM; what is dirty is written back. */
  CACHED
}
