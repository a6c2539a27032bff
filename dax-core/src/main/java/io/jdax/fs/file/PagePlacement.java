package io.jdax.fs.file;

import io.jdax.fs.space.Units;
import io.jdax.mm.ExtentState;
import io.jdax.mm.engine.PageRun;

/**
 * Where the pages of a file lie, by its extents, which are counted in blocks. The one place that
 * makes a {@link PageRun} of a {@link BlockExtent}.
 */
public final class PagePlacement {
  /** Of {@link #home}: no block of the page has storage. */
  public static final long NO_HOME = -1;

  /** Of {@link #home}: some blocks lie apart. */
  public static final long APART = -2;

  private static final ThreadLocal<BlockExtent> EXTENT = ThreadLocal.withInitial(BlockExtent::new);
  private static final ThreadLocal<PageRun> PAGES = ThreadLocal.withInitial(PageRun::new);

  private final ExtentMap extents;
  private final int shift;
  private final int blocksPerPage;
  private final boolean direct;

  /**
   * @param direct pages that lie in one piece are shown where they lie
   */
  public PagePlacement(ExtentMap extents, Units units, boolean direct) {
    this.extents = extents;
    this.shift = units.blocksPerPageShift;
    this.blocksPerPage = 1 << shift;
    this.direct = direct;
  }

  /**
   * What the extents say of the pages around one that has no frame in DRAM. A written page that
   * does not lie in place has pfn 0; one that is a hole in some blocks and unwritten in others is a
   * hole.
   */
  public void look(long page, PageRun out) {
    BlockExtent extent = EXTENT.get();
    long first = page << shift;
    extents.find(first, extent);
    if (first + blocksPerPage <= extent.endBlock()) {
      long from = (extent.firstBlock + blocksPerPage - 1) >> shift;
      boolean together =
          direct
              && !extent.isHole()
              && (extent.deviceBlock - extent.firstBlock & blocksPerPage - 1) == 0;
      long pfn = together ? extent.deviceBlockOf(from << shift) >> shift : 0;
      out.set(from, (extent.endBlock() >> shift) - from, pfn, extent.state);
      return;
    }
    boolean written = extent.isWritten();
    for (long at = extent.endBlock(); at < first + blocksPerPage && !written; ) {
      extents.find(at, extent);
      written = extent.isWritten();
      at = extent.endBlock();
    }
    out.set(page, 1, 0, written ? ExtentState.WRITTEN : ExtentState.HOLE);
  }

  /** The same run in pages, where blocks are pages. */
  static void samePages(BlockExtent extent, PageRun out) {
    out.set(extent.firstBlock, extent.blockCount, extent.deviceBlock, extent.state);
  }

  /** Frame in which a page lies in one piece, or 0 if it does not, or is not to be shown so. */
  public long inPlace(long page) {
    if (!direct) {
      return 0;
    }
    PageRun around = PAGES.get();
    look(page, around);
    return around.state == ExtentState.WRITTEN && around.pfn != 0 ? around.pfnOf(page) : 0;
  }

  /** Whether a block of a page has storage. */
  public boolean hasBlock(long page) {
    BlockExtent around = new BlockExtent();
    extents.find(page << shift, around);
    return !around.isHole() || around.endBlock() < (page + 1) << shift;
  }

  /** Where the first block of a page lies, or would, so that all lie together. */
  public long home(long page, BlockExtent around) {
    long first = page << shift;
    long home = NO_HOME;
    for (long at = first; at < first + blocksPerPage; at = around.endBlock()) {
      extents.find(at, around);
      if (!around.isHole()) {
        long would = around.deviceBlockOf(at) - (at - first);
        if ((would & blocksPerPage - 1) != 0 || home != NO_HOME && home != would) {
          return APART;
        }
        home = would;
      }
    }
    return home;
  }

  /** The blocks of a page that have no storage, a bit each. */
  public int lacks(long page, BlockExtent around) {
    long first = page << shift;
    long end = first + blocksPerPage;
    int lacks = 0;
    for (long at = first; at < end; at = around.endBlock()) {
      extents.find(at, around);
      if (around.isHole()) {
        long to = Math.min(end, around.endBlock());
        lacks |= (1 << to - first) - (1 << at - first);
      }
    }
    return lacks;
  }

  /** Where a block would lie together with the rest of its page, or −1 for anywhere. */
  public long homeOf(long block, BlockExtent around) {
    long home = home(block >> shift, around);
    return home < 0 ? -1 : home + (block & blocksPerPage - 1);
  }
}
