package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.facts.FilePages;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PageList;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Patience;
import io.jdax.mm.ExtentState;
import io.jdax.mm.engine.Intent;
import io.jdax.mm.engine.PageRun;
import java.io.IOException;

/**
 * Faults of a file whose pages are in DRAM, or lie in place as far as they are one piece.
 *
 * <pre>
 *   load    no block: zeros, and no frame; in one piece: where it lies; else the page is brought in
 *   store   what the page lacks is set aside, or it becomes one piece
 * </pre>
 */
final class CachedFaults {
  private static final ThreadLocal<BlockExtent> CURSOR = ThreadLocal.withInitial(BlockExtent::new);

  private final CachedPages pages;
  private final Inode inode;
  private final Units units;
  private final FramePool pool;
  private final PageIndex index;
  private final CachedRooms rooms;
  private final CachedGrowth growth;
  private final PageUnion union;

  CachedFaults(CachedPages pages, CachedRooms rooms, CachedGrowth growth, PageUnion union) {
    this.pages = pages;
    this.inode = pages.inode;
    this.units = pages.units;
    this.pool = pages.pool;
    this.index = pages.index;
    this.rooms = rooms;
    this.growth = growth;
    this.union = union;
  }

  void find(long page, Intent intent, PageRun out) throws IOException {
    switch (intent) {
      case LOAD -> map(page, out);
      case STORE -> mapForStore(page, out);
      case LOOK -> peek(page, out);
    }
  }

  /** A page that has content has a frame on return, or is shown where it lies. */
  void map(long page, PageRun out) throws IOException {
    while (!mapHere(page, out, true) && !mapThere(page, out)) {
      try (CachedRoom none = new CachedRoom(inode, pages.kept)) {
        pages.bringIn(page, 0, 0, null, 0, false, none);
      }
    }
  }

  /**
   * A page that has a frame.
   *
   * @param use somebody is about to
   */
  boolean mapHere(long page, PageRun out, boolean use) {
    int frame = index.get(page);
    if (frame < 0) {
      return false;
    }
    if (use) {
      pool.touch(frame);
    }
    out.set(page, 1, pool.pfn(frame), ExtentState.WRITTEN);
    out.partial = !BlockStates.isComplete(pool.states(frame), pages.limit(page));
    return true;
  }

  /** Looks up a page that needs no frame. Returns false if it has one, or must be given one. */
  boolean mapThere(long page, PageRun out) {
    pages.placement.look(page, out);
    if (out.state == ExtentState.WRITTEN && out.pfn == 0) {
      return false;
    }
    // After the look: a page that became contiguous while it had a frame still has it.
    if (!index.isEmpty()) {
      clip(page, out);
    }
    return out.covers(page, 1);
  }

  /** As {@link #map}, but that a page which a store may make one piece is not brought in. */
  void mapForStore(long page, PageRun out) throws IOException {
    if (!pages.direct) {
      map(page, out);
      return;
    }
    while (!mapHere(page, out, true) && !mapThere(page, out)) {
      if (out.state == ExtentState.WRITTEN && out.pfn == 0) {
        out.set(page, 1, 0, ExtentState.WRITTEN);
        out.partial = true;
        return;
      }
    }
  }

  void peek(long page, PageRun out) {
    while (!mapHere(page, out, false) && !mapThere(page, out)) {
      if (out.state == ExtentState.WRITTEN && out.pfn == 0) {
        return;
      }
    }
  }

  /** Shortens a run around a page to what is not in DRAM. */
  void clip(long page, PageRun out) {
    long end = index.next(page, out.endPage());
    long first = Math.max(out.firstPage, index.previous(page) + 1);
    out.set(first, end - first, out.pfn == 0 ? 0 : out.pfnOf(first), out.state);
  }

  void mkwrite(long page, PageRun out) throws IOException {
    boolean here;
    do {
      complete(page);
      map(page, out);
      here = pool.owns(out.pfn);
    } while (here ? out.partial : out.state != ExtentState.WRITTEN);
    if (here) {
      pages.markDirty(page); // by the store that is to follow
    } else {
      out.set(page, 1, out.pfnOf(page), ExtentState.WRITTEN); // what is new, not the run around it
    }
  }

  /** Makes sure that every block of a page before the end has storage, or some set aside. */
  void complete(long page) throws IOException {
    int limit = pages.limit(page);
    int frame = index.get(page);
    if (frame >= 0 && BlockStates.isComplete(pool.states(frame), limit)
        || frame < 0 && pages.placement.inPlace(page) != 0) {
      return;
    }
    long first = page << pages.shift;
    try (CachedRoom room =
        rooms.roomAtLast(units.bytes(first), units.bytes(first + limit), new Patience())) {
      complete(page, frame, limit, room);
    }
  }

  void complete(long page, int frame, int limit, CachedRoom room) throws IOException {
    if (frame >= 0) {
      pages.setAside(page, frame, 0, limit, room);
      if (pages.limit(page) < limit) {
        growth.trim(page, page + 1); // the file was about to grow, and has not
      }
    } else if (limit < pages.blocksPerPage || !pages.direct || !union.unite(page, room)) {
      pages.bringIn(page, 0, (int) units.bytes(limit), null, 0, true, room);
    }
  }

  /** Space for all pages of the range is set aside first. */
  void provide(long firstPage, long endPage) throws IOException {
    if (!pages.direct && endPage - firstPage > pool.frames()) {
      throw pool.exhausted(); // now, and not when as much as fits has been set aside
    }
    long end = Math.min(endPage << Units.PAGE_SHIFT, inode.sizeBytes());
    try (CachedRoom room = rooms.roomAtLast(firstPage << Units.PAGE_SHIFT, end, new Patience())) {
      for (long page = firstPage; page < endPage; page++) {
        int limit = pages.limit(page);
        int frame = index.get(page);
        boolean lacks =
            frame >= 0
                ? !BlockStates.isComplete(pool.states(frame), limit)
                : (pages.placement.lacks(page, CURSOR.get()) & (1 << limit) - 1) != 0;
        if (lacks) {
          inode.volume.ensureWritable();
          complete(page, frame, limit, room);
          if (inode.addressSpace.wasMapped()) {
            PageRun made = new PageRun();
            map(page, made);
            inode.addressSpace.published(page, made.pfnOf(page), 1);
          }
        }
      }
    }
  }

  PageList list() {
    PageList list = new PageList();
    PageRun around = new PageRun();
    long end = units.pageOf(Limits.fileBlocks(units));
    for (long page = 0; page < end; ) {
      if (index.get(page) >= 0) {
        list.add(page++, 1, FilePages.Place.DRAM);
        continue;
      }
      pages.placement.look(page, around);
      boolean inPlace = around.pfn != 0;
      boolean any =
          around.state != ExtentState.HOLE
              || around.pageCount == 1 && pages.placement.hasBlock(page);
      clip(page, around);
      long to = around.endPage();
      if (any) {
        list.add(page, to - page, inPlace ? FilePages.Place.IN_PLACE : FilePages.Place.DRAM);
      }
      page = to;
    }
    return list;
  }
}
