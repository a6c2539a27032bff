package io.jdax.fs.file;

import io.jdax.fs.facts.TierMode;
import java.io.IOException;

/** Decides which files go through DRAM, and makes the {@link PageStore} of those that do. */
public interface PageStores {
  /** Whether all pages of a file that asks for a mode go through DRAM. */
  boolean caches(TierMode mode);

  /**
   * A place in DRAM for the pages of a file.
   *
   * @param direct only for those pages that do not lie in one piece on the media
   */
  PageStore inDram(Inode inode, boolean direct) throws IOException;
}
