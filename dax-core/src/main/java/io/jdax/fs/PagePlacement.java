package io.jdax.fs;

import io.jdax.fs.space.Units;
import io.jdax.mm.ExtentCursor;
import io.jdax.mm.ExtentState;

/** Where the pages of a file lie, by its extents, which are counted in blocks. */
final class PagePlacement {
  /** Of {@link #home}: no block of the page has storage. */
  static final long NO_HOME = -1;

  /** Of {@link #home}: some blocks lie apart. */
  static final long APART = -2;

  private static final ThreadLocal<ExtentCursor> CURSOR =
      ThreadLocal.withInitial(ExtentCursor::new);

  private final ExtentMap extents;
  private final int shift;
  private final int blocksPerPage;
  private final boolean direct;

  /**
   * @param direct pages that lie in one piece are shown where they lie
   */
  PagePlacement(ExtentMap extents, Units units, boolean direct) {
    this.extents = extents;
    this.shift = units.blocksPerPageShift;
    this.blocksPerPage = 1 << shift;
    this.direct = direct;
  }

  /**
   * What the extents say of the pages around one that has no frame here, in pages. A written page
   * that does not lie in place has pfn 0; one that is a hole in some blocks and unwritten in others
   * is a hole.
   */
  void look(long page, ExtentCursor out) {
    long first = page << shift;
    extents.find(first, out);
    long end = out.firstPage + out.pageCount;
    if (first + blocksPerPage <= end) {
      long from = (out.firstPage + blocksPerPage - 1) >> shift;
      boolean together =
          direct
              && out.state != ExtentState.HOLE
              && (out.pfn - out.firstPage & blocksPerPage - 1) == 0;
      long pfn = together ? out.pfnOf(from << shift) >> shift : 0;
      out.set(from, (end >> shift) - from, pfn, out.state);
      return;
    }
    boolean written = out.state == ExtentState.WRITTEN;
    for (long at = end; at < first + blocksPerPage && !written; ) {
      extents.find(at, out);
      written = out.state == ExtentState.WRITTEN;
      at = out.firstPage + out.pageCount;
    }
    out.set(page, 1, 0, written ? ExtentState.WRITTEN : ExtentState.HOLE);
  }

  /** Frame in which a page lies in one piece; 0: it does not, or is not to be shown so. */
  long inPlace(long page) {
    if (!direct) {
      return 0;
    }
    ExtentCursor around = CURSOR.get();
    look(page, around);
    return around.state == ExtentState.WRITTEN && around.pfn != 0 ? around.pfnOf(page) : 0;
  }

  /** Whether a block of a page has storage. */
  boolean hasBlock(long page) {
    ExtentCursor around = new ExtentCursor();
    extents.find(page << shift, around);
    return around.state != ExtentState.HOLE
        || around.firstPage + around.pageCount < (page + 1) << shift;
  }

  /** Where the first block of a page lies, or would, so that all lie together. */
  long home(long page, ExtentCursor around) {
    long first = page << shift;
    long home = NO_HOME;
    for (long at = first; at < first + blocksPerPage; at = around.firstPage + around.pageCount) {
      extents.find(at, around);
      if (around.state != ExtentState.HOLE) {
        long would = around.pfnOf(at) - (at - first);
        if ((would & blocksPerPage - 1) != 0 || home != NO_HOME && home != would) {
          return APART;
        }
        home = would;
      }
    }
    return home;
  }

  /** The blocks of a page that have no storage, a bit each. */
  int lacks(long page, ExtentCursor around) {
    long first = page << shift;
    long end = first + blocksPerPage;
    int lacks = 0;
    for (long at = first; at < end; at = around.firstPage + around.pageCount) {
      extents.find(at, around);
      if (around.state == ExtentState.HOLE) {
        long to = Math.min(end, around.firstPage + around.pageCount);
        lacks |= (1 << to - first) - (1 << at - first);
      }
    }
    return lacks;
  }

  /** Where a block would lie together with the rest of its page; −1: anywhere. */
  long homeOf(long block, ExtentCursor around) {
    long home = home(block >> shift, around);
    return home < 0 ? -1 : home + (block & blocksPerPage - 1);
  }
}
