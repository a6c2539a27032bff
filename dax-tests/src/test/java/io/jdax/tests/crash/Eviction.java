package io.jdax.tests.crash;

import io.jdax.cache.FrameOwner;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.Insides;
import java.io.IOException;

/** Makes the pages of a file leave DRAM, by the steps of the flusher, but now. */
final class Eviction {
  private static final int PAGES = FileState.LIMIT / FileState.PAGE;

  private Eviction() {}

  static void of(DaxFileSystem fs, DaxFile file) throws IOException {
    FrameOwner owner = Insides.pagesInDram(file);
    long[] pages = new long[PAGES];
    for (int i = 0; i < PAGES; i++) {
      pages[i] = i;
    }
    owner.unmap(pages, PAGES);
    Insides.frames(fs).quarantine().turnOver();
    owner.writeBack(pages, PAGES);
    owner.evict(pages, PAGES);
  }
}
