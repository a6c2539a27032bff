package io.jdax.fs.file;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Space;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.mm.ExtentState;
import org.jspecify.annotations.Nullable;

/**
 * Space for one write(): blocks for the holes of its range, and room in the tree for the records;
 * all, or nothing. It is the write's alone: stores to the same file have promises of their own.
 *
 * <pre>
 *   counted   blocks by number, and the records that they want at worst, whatever stores do to the range meanwhile
 *   exact     the blocks are taken at once, so that it is known how many extents they are; nobody else may change the range
 * </pre>
 */
final class Reservation {
  private final InodeFacts inode;
  private final Space space;
  private final BlockRun run = new BlockRun();
  private long blocks;
  private long items;

  /** Blocks that count for the file's quota, and are none of the file's yet. */
  private long charged;

  private @Nullable ExtentMap taken;

  /** First block that {@link #take} took. */
  long pfn;

  /** How many it took. */
  long count;

  private Reservation(InodeFacts inode) {
    this.inode = inode;
    this.space = inode.volume.space;
  }

  /**
   * For a write of the blocks {@code [first, end)} of a file.
   *
   * @throws NoSpaceException there is not enough for the worst; nothing has changed
   * @throws QuotaExceededException the file's quota does not allow it; nothing has changed
   */
  static Reservation counted(InodeFacts inode, long first, long end, BlockExtent cursor)
      throws NoSpaceException, QuotaExceededException {
    long holes = 0;
    for (long at = first; at < end; at = cursor.endBlock()) {
      inode.extents.find(at, cursor);
      long n = Math.min(end, cursor.endBlock()) - at;
      if (cursor.state == ExtentState.HOLE) {
        holes += n;
      }
    }
    Reservation r = new Reservation(inode);
    r.charge(holes);
    boolean done = false;
    try {
      r.promise(DirtyRanges.MAX_ITEMS * holes);
      r.reserve(holes);
      done = true;
      return r;
    } finally {
      if (!done) {
        r.close();
      }
    }
  }

  /**
   * As {@link #counted}, where the caller keeps everybody from changing the range, by {@link
   * DirectBlocks#conversion}, until the write is done.
   */
  static Reservation exact(InodeFacts inode, long first, long end, BlockExtent cursor)
      throws NoSpaceException, QuotaExceededException {
    Reservation r = new Reservation(inode);
    r.space.recorded(inode.extents.takeCredit(0));
    boolean done = false;
    try {
      r.promise(DirtyRanges.MAX_ITEMS * r.takeAll(first, end, cursor));
      done = true;
      return r;
    } finally {
      if (!done) {
        r.close();
      }
    }
  }

  private void charge(long wanted) throws QuotaExceededException {
    inode.charge(wanted);
    charged += wanted;
  }

  private void promise(long wanted) throws NoSpaceException {
    if (wanted > 0) {
      space.promise(wanted);
      items = wanted;
    }
  }

  private void reserve(long wanted) throws NoSpaceException {
    if (wanted > 0) {
      space.reserve(wanted);
      blocks = wanted;
    }
  }

  /** Blocks for all holes; returns in how many steps those will be written at most. */
  private long takeAll(long first, long end, BlockExtent cursor)
      throws NoSpaceException, QuotaExceededException {
    ExtentMap map = new ExtentMap(inode.volume.units);
    taken = map;
    long steps = 0;
    for (long at = first; at < end; ) {
      inode.extents.find(at, cursor);
      long to = Math.min(end, cursor.endBlock());
      if (cursor.state == ExtentState.HOLE) {
        charge(to - at);
        space.allocate(to - at, inode.direct.goal(at, cursor.firstBlock), run);
        inode.refund(to - at - run.count());
        charged -= to - at - run.count();
        keep(map, at);
        to = at + run.count();
        steps += 1 + (to - at) / InPlaceWrite.MAX_RUN;
      }
      at = to;
    }
    return steps;
  }

  private void keep(ExtentMap map, long at) {
    boolean done = false;
    try {
      map.set(at, run.count(), run.start(), ExtentState.UNWRITTEN);
      done = true;
    } finally {
      if (!done) {
        space.free(run.start(), run.count()); // in no book else
      }
    }
  }

  /** Whether the blocks are taken, so that no others are wanted. */
  boolean isExact() {
    return taken != null;
  }

  /**
   * Takes at least one and at most {@code wanted} blocks for a hole: {@link #pfn}, {@link #count}.
   */
  void take(long page, long wanted, long goal) {
    ExtentMap map = taken;
    if (map != null) {
      BlockExtent cursor = new BlockExtent();
      map.find(page, cursor);
      pfn = cursor.deviceBlockOf(page);
      count = Math.min(wanted, cursor.endBlock() - page);
      map.remove(page, page + count, new BlockRuns());
      charged -= count;
      return;
    }
    if (wanted < 512 || page % 512 != 0 || !space.allocateHuge(-1, run)) {
      space.allocateReserved(Math.min(wanted, blocks), goal, run);
      blocks -= run.count();
    }
    pfn = run.start();
    count = run.count();
    charged -= count;
  }

  /** Items of the promise are for something that the tree is to be told now; negative: freed. */
  void spend(long wanted) {
    items -= wanted;
    assert items >= 0 : "records that nothing was promised for";
  }

  /** Gives up what was not taken. */
  void close() {
    space.unreserve(blocks);
    blocks = 0;
    inode.refund(charged);
    charged = 0;
    space.recorded(items);
    items = 0;
    ExtentMap map = taken;
    if (map != null) {
      BlockRuns left = new BlockRuns();
      map.remove(0, Limits.fileBlocks(inode.volume.units), left);
      left.forEach(space::free);
    }
  }
}
