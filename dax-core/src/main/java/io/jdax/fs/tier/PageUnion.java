package io.jdax.fs.tier;

import io.jdax.cache.PageIndex;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.ExtentMap;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.PagePlacement;
import io.jdax.fs.space.Units;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes a page whose blocks lie apart, or are not there yet, one piece that is loaded and stored in
 * place.
 */
final class PageUnion {
  private static final ThreadLocal<BlockExtent> CURSOR = ThreadLocal.withInitial(BlockExtent::new);

  private final CachedPages pages;
  private final Inode inode;
  private final Units units;
  private final PageIndex index;
  private final LongAdder united;

  PageUnion(CachedPages pages, LongAdder united) {
    this.pages = pages;
    this.inode = pages.inode;
    this.units = pages.units;
    this.index = pages.index;
    this.united = united;
  }

  /** Makes a page one piece that lies in place, if it can be; what it lacks is zeros, durably. */
  boolean unite(long page, CachedRoom room) throws IOException {
    long stamp = pages.place.writeLock();
    try {
      if (index.get(page) >= 0) {
        return false;
      }
      BlockExtent around = CURSOR.get();
      long first = page << pages.shift;
      long home = pages.placement.home(page, around);
      if (home == PagePlacement.APART) {
        return false;
      }
      int lacks = pages.placement.lacks(page, around);
      if (home == PagePlacement.NO_HOME) {
        home = room.takePage(inode.direct.goal(first, around.firstBlock));
      } else if (lacks != 0 && !room.takeAtHome(page, home >> pages.shift, lacks)) {
        return false;
      }
      if (home < 0) {
        return false;
      }
      fillAndNote(first, home, lacks, room);
      united.increment();
      return true;
    } finally {
      pages.place.unlockWrite(stamp);
    }
  }

  void fillAndNote(long first, long home, int taken, CachedRoom room) throws IOException {
    BlockExtent around = CURSOR.get();
    long end = first + pages.blocksPerPage;
    int noted = 0;
    boolean done = false;
    try {
      for (long at = first; at < end; at = around.endBlock()) {
        inode.extents.find(at, around);
        long to = Math.min(end, around.endBlock());
        if (around.state != ExtentState.WRITTEN) {
          // Durably, before anybody can store to it, and before a commit tells of it.
          inode.volume.media.blocks.zero(
              units.bytes(home + at - first), units.bytes(home + to - first));
        }
      }
      for (long at = first; at < end; ) {
        inode.extents.find(at, around);
        long to = Math.min(end, around.endBlock());
        if (around.state != ExtentState.WRITTEN) {
          inode.extents.note(
              at,
              to - at,
              home + at - first,
              ExtentState.WRITTEN,
              ExtentMap.SAME_SIZE,
              inode.modified(),
              room::spend);
          noted |= (1 << to - first) - (1 << at - first);
        }
        at = to;
      }
      done = true;
    } finally {
      for (int block = 0; !done && block < pages.blocksPerPage; block++) {
        if ((taken & ~noted & 1 << block) != 0) {
          inode.volume.data.free(home + block, 1);
          inode.refund(1);
        }
      }
    }
  }
}
