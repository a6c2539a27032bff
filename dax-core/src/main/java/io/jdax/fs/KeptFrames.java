package io.jdax.fs;

import io.jdax.fs.space.PageOwner;

/**
 * Frames that are kept for the pages of one open file, so that a page whose first block was written
 * can become one piece. Only whole pages are mapped in place; so nobody can reach what is kept, and
 * it is given up as soon as it is wanted.
 */
final class KeptFrames extends PageOwner {
  private final DataSpace data;

  KeptFrames(DataSpace data) {
    this.data = data;
  }

  @Override
  protected void revoke(long page, long pfn) {
    data.release(this, page, pfn);
  }

  /** The file is put away. */
  void releaseAll() {
    data.releaseAll(this);
  }
}
