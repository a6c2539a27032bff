package io.jdax.mm.engine;

import io.jdax.mm.ExtentState;

/**
 * A run of pages of a file in one state, as {@link BlockMapper} answers. It is used again, so that
 * asking allocates nothing.
 */
public final class PageRun {
  /** The first page of the run. */
  public long firstPage;

  /** How many pages. They may reach beyond the end of the file. */
  public long pageCount;

  /** The frame of the first page, which those of the others follow, or 0 for a hole. */
  public long pfn;

  /** What storage all of its pages have. */
  public ExtentState state = ExtentState.HOLE;

  /**
   * Whether some blocks of a written page have no storage yet. The page is shown read-only, and the
   * first store to it calls {@link BlockMapper#mkwrite}.
   */
  public boolean partial;

  /** Sets everything. The run is not partial. */
  public void set(long firstPage, long pageCount, long pfn, ExtentState state) {
    this.firstPage = firstPage;
    this.pageCount = pageCount;
    this.pfn = pfn;
    this.state = state;
    this.partial = false;
  }

  /** The page after the last one. */
  public long endPage() {
    return firstPage + pageCount;
  }

  /** Whether the run contains all of these pages. */
  public boolean covers(long first, long count) {
    return first >= firstPage && first + count <= endPage();
  }

  /** The frame of one page of the run. */
  public long pfnOf(long page) {
    return pfn + (page - firstPage);
  }

  @Override
  public String toString() {
    return state + " [" + firstPage + ", +" + pageCount + ") at pfn " + pfn;
  }
}
