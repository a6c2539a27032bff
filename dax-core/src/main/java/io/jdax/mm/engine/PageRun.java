package io.jdax.mm.engine;

import io.jdax.mm.ExtentState;

/**
 * A run of file pages in one state: the reused answer of {@link BlockMapper}, so that asking
 * allocates nothing.
 */
public final class PageRun {
  /** First page of the run. */
  public long firstPage;

  /** Pages in the run; may reach beyond the end of the file. */
  public long pageCount;

  /** Frame of the first page, those of the others follow it; 0 for a hole. */
  public long pfn;

  public ExtentState state = ExtentState.HOLE;

  /**
   * A written page of which some blocks have no storage yet: it is shown read-only, and the first
   * store to it is told by {@link BlockMapper#mkwrite}.
   */
  public boolean partial;

  /** Sets everything; not partial. */
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
