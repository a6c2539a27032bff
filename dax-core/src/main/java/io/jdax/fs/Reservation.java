package io.jdax.fs;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.BlockRun;
import io.jdax.mm.ExtentCursor;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Space for one write(): blocks for the holes of its range, and room in the tree for the records;
 * all, or nothing.
 *
 * <p>Mostly only counted, and the records for as many extents as there are blocks. On a device that
 * is too full for such a promise, the blocks are taken at once: then it is known how many extents
 * they are.
 */
final class Reservation {
  private final Inode inode;
  private final Volume volume;
  private final BlockRun run = new BlockRun();
  private long blocks;
  private @Nullable ExtentMap taken;

  /** First block that {@link #take} took. */
  long pfn;

  /** How many it took. */
  long count;

  private Reservation(Inode inode) {
    this.inode = inode;
    this.volume = inode.volume;
  }

  /**
   * Reserves for a write of the blocks {@code [first, end)} of a file.
   *
   * @throws NoSpaceException there is not enough; nothing has changed
   */
  static Reservation of(Inode inode, long first, long end, ExtentCursor cursor) throws IOException {
    long holes = 0;
    long unwritten = 0;
    for (long at = first; at < end; at = cursor.firstPage + cursor.pageCount) {
      inode.extents.find(at, cursor);
      if (cursor.state == ExtentState.HOLE) {
        holes += Math.min(end, cursor.firstPage + cursor.pageCount) - at;
      } else if (cursor.state == ExtentState.UNWRITTEN) {
        unwritten += 1 + (Math.min(end, cursor.firstPage + cursor.pageCount) - at) / 512;
      }
    }
    Reservation r = new Reservation(inode);
    if (holes + unwritten > 0) {
      try {
        // One for each block, if no two are neighbours, and what a step wants to see in advance.
        r.reserve(holes, holes + DirtyRanges.MAX_ITEMS * (2 + unwritten));
      } catch (NoSpaceException e) {
        r.takeAll(first, end, holes, unwritten, cursor);
      }
    }
    return r;
  }

  private void reserve(long holes, long items) throws NoSpaceException {
    volume.space.promise(items);
    if (holes > 0) {
      boolean done = false;
      try {
        volume.space.reserve(holes);
        done = true;
      } finally {
        if (!done) {
          volume.space.recorded(items);
        }
      }
    }
    blocks = holes;
    inode.extents.addCredit(items);
  }

  private void takeAll(long first, long end, long holes, long unwritten, ExtentCursor cursor)
      throws IOException {
    ExtentMap map = new ExtentMap();
    taken = map;
    if (holes > 0) {
      volume.reserve(holes);
    }
    for (long at = first; at < end; ) {
      inode.extents.find(at, cursor);
      long to = Math.min(end, cursor.firstPage + cursor.pageCount);
      if (cursor.state == ExtentState.HOLE && holes > 0) {
        volume.space.allocateReserved(
            Math.min(to - at, holes), inode.goal(at, cursor.firstPage), run);
        map.set(at, run.count(), run.pfn(), ExtentState.UNWRITTEN);
        holes -= run.count();
        to = at + run.count();
      }
      at = to;
    }
    volume.space.unreserve(holes); // stores took some of the holes meanwhile
    long items = DirtyRanges.MAX_ITEMS * (map.size() + 1 + unwritten);
    boolean done = false;
    try {
      volume.promise(items);
      done = true;
    } finally {
      if (!done) {
        close();
      }
    }
    inode.extents.addCredit(items);
  }

  /**
   * Takes at least one and at most {@code wanted} blocks for a hole: {@link #pfn}, {@link #count}.
   */
  void take(long page, long wanted, long goal) {
    ExtentMap map = taken;
    if (map != null) {
      ExtentCursor cursor = new ExtentCursor();
      map.find(page, cursor);
      pfn = cursor.pfnOf(page);
      count = Math.min(wanted, cursor.firstPage + cursor.pageCount - page);
      map.remove(page, page + count, new BlockRuns());
      return;
    }
    if (wanted < 512 || page % 512 != 0 || !volume.space.allocateHuge(-1, run)) {
      volume.space.allocateReserved(Math.min(wanted, blocks), goal, run);
      blocks -= run.count();
    }
    pfn = run.pfn();
    count = run.count();
  }

  /** Gives up what was not taken. */
  void close() {
    volume.space.unreserve(blocks);
    blocks = 0;
    ExtentMap map = taken;
    if (map != null) {
      BlockRuns left = new BlockRuns();
      map.remove(0, Inode.MAX_BLOCKS, left);
      left.forEach(volume.space::free);
    }
    volume.space.recorded(inode.extents.takeCredit(map == null ? DirtyRanges.ITEMS_IN_ADVANCE : 0));
  }
}
