package io.jdax.fs.tier;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.Inode;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Patience;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import java.io.IOException;

/** Sets aside what calls may want for blocks of a file in DRAM: see {@link CachedRoom}. */
public final class CachedRooms {
  private static final ThreadLocal<BlockExtent> CURSOR = ThreadLocal.withInitial(BlockExtent::new);

  private final CachedPages pages;
  private final Inode inode;
  private final Units units;
  private final Volume volume;
  private final CachedWriteback writeback;

  CachedRooms(CachedPages pages, CachedWriteback writeback) {
    this.pages = pages;
    this.inode = pages.inode;
    this.units = pages.units;
    this.volume = inode.volume;
    this.writeback = writeback;
  }

  /** Sets aside what stores to the bytes {@code [offset, end)} may want: all, or nothing. */
  CachedRoom room(long offset, long end, Patience patience) throws IOException {
    BlockExtent around = CURSOR.get();
    long last = units.blocksIn(end);
    long holes = 0;
    for (long at = units.blockOf(offset); at < last; ) {
      inode.extents.find(at, around);
      long to = Math.min(last, around.endBlock());
      if (around.state == ExtentState.HOLE) {
        holes += to - at - pages.setAsideIn(at, to);
      }
      at = to;
    }
    CachedRoom room = new CachedRoom(inode, pages.kept, patience);
    room.reserve(holes);
    return room;
  }

  /** As {@link #room}; where there is none, what is only set aside is used first, and recorded. */
  public CachedRoom roomAtLast(long offset, long end, Patience patience) throws IOException {
    try {
      return room(offset, end, patience);
    } catch (NoSpaceException e) {
      writeback.run(0, Long.MAX_VALUE);
      inode.fold(false);
      return volume.whenSpaceIsBack(
          patience,
          Units.pagesIn(end) - (offset >>> Units.PAGE_SHIFT),
          () -> room(offset, end, patience));
    }
  }
}
