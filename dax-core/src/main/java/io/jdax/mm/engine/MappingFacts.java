package io.jdax.mm.engine;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;

/**
 * Which pages of a file a mapping shows, and how: what never changes about it.
 *
 * @param firstPage of the file
 * @param pageCount may reach beyond the end of the file
 * @param sync metadata is durable before a store can happen
 */
record MappingFacts(
    long firstPage, long pageCount, Sharing sharing, boolean sync, HolePolicy holes) {
  private static final int PAGES = PageTable.PAGES;

  /** The page after the last one. */
  long endPage() {
    return firstPage + pageCount;
  }

  /**
   * Whether the 2 MiB around a page of the file lie in the mapping, at the same place in 2 MiB as
   * in the file.
   */
  boolean coversSlotOf(long page) {
    long first = page & -PAGES;
    return firstPage % PAGES == 0 && first >= firstPage && first + PAGES <= endPage();
  }
}
