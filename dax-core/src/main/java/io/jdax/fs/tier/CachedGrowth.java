package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.cache.FramePool;
import io.jdax.cache.PageIndex;
import io.jdax.fs.file.Inode;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Patience;
import io.jdax.os.Pages;
import java.io.IOException;

/**
 * A file in DRAM becomes longer: the blocks that its last page gets then have space set aside
 * before a store can reach them (S0.2). See {@link io.jdax.fs.file.PageStore#grow}.
 */
final class CachedGrowth {
  private final CachedPages pages;
  private final Inode inode;
  private final Units units;
  private final FramePool pool;
  private final PageIndex index;
  private final CachedRooms rooms;

  CachedGrowth(CachedPages pages, CachedRooms rooms) {
    this.pages = pages;
    this.inode = pages.inode;
    this.units = pages.units;
    this.pool = pages.pool;
    this.index = pages.index;
    this.rooms = rooms;
  }

  void grow(long from, long to, long firstGiven) throws IOException {
    if (pages.shift == 0 || Pages.within(from) == 0) {
      return;
    }
    long stamp = pages.place.writeLock();
    try {
      pages.growingTo = to; // whoever puts the page in from now on sets as much aside
    } finally {
      pages.place.unlockWrite(stamp);
    }
    long page = Pages.of(from);
    int frame = index.get(page);
    long end = Math.min(Math.min(to, Pages.bytes(page + 1)), units.bytes(firstGiven));
    if (frame >= 0 && end > from && inode.addressSpace.wasMapped()) {
      try (CachedRoom room = rooms.room(from, end, new Patience())) {
        pages.setAside(
            page,
            frame,
            blockIn(page, from),
            (int) (units.blocksIn(end) - (page << pages.shift)),
            room);
      }
    }
  }

  /** As {@link #grow(long, long, long)}, by blocks of which the caller gives none storage. */
  void grow(long from, long to) throws IOException {
    grow(from, to, Limits.fileBlocks(units));
  }

  void given(long from) throws IOException {
    long page = Pages.of(from);
    int frame = index.get(page);
    if (pages.shift > 0 && frame >= 0 && inode.addressSpace.wasMapped()) {
      try (CachedRoom none = new CachedRoom(inode, pages.kept)) {
        pages.setAside(page, frame, blockIn(page, from), pages.limit(page), none);
      }
    }
  }

  /** Gives back what was set aside for an end that is not reached after all. */
  void grown() {
    long to = pages.growingTo;
    pages.growingTo = 0;
    long size = inode.sizeBytes();
    if (to > size) {
      trim(Pages.of(size), Units.pagesIn(to));
    }
  }

  int blockIn(long page, long offset) {
    return (int) (units.blockOf(offset) - (page << pages.shift));
  }

  /**
   * Gives back what pages of a range have set aside after the end of the file, as it is now.
   * Whoever sets more aside, for an end that is no more, looks again after that.
   */
  void trim(long first, long end) {
    pages.writing.lock(); // nobody gives a block storage meanwhile
    long stamp = pages.place.writeLock(); // nor puts a page in, nor lets the file grow
    try {
      for (long page = index.next(first, end); page < end; page = index.next(page + 1, end)) {
        trim(page);
      }
    } finally {
      pages.place.unlockWrite(stamp);
      pages.writing.unlock();
    }
  }

  void trim(long page) {
    int frame = index.get(page);
    for (int block = pages.limit(page); block < pages.blocksPerPage; block++) {
      if (pool.change(frame, block, BlockStates.DELAYED, BlockStates.NONE)) {
        pages.giveBack(1);
      } else {
        pool.change(frame, block, BlockStates.UNWRITTEN, BlockStates.NONE);
      }
    }
  }
}
