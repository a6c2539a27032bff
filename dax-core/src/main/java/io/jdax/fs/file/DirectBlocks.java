package io.jdax.fs.file;

import static io.jdax.fs.space.Space.HUGE_FRAMES;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.util.concurrent.locks.StampedLock;

/**
 * How a file gets blocks for pages that lie in place: one for a store fault, or a window of them
 * with an extent-size hint (xfs_iomap_write_direct).
 *
 * <pre>
 *   hole        -> block taken, zeroed durably, noted as written
 *   unwritten   -> zeroed durably, noted as written
 *   hole + hint -> the aligned window around it noted as unwritten, then as above
 * </pre>
 */
public final class DirectBlocks {
  private static final ThreadLocal<BlockRun> RUN = ThreadLocal.withInitial(BlockRun::new);
  private static final ThreadLocal<BlockExtent> BEFORE = ThreadLocal.withInitial(BlockExtent::new);

  /**
   * Shared for page_mkwrite, which has the page's entry locked, so that two of the same page never
   * meet; exclusive for write(), pins and windows of a hint, which take several pages.
   */
  final StampedLock conversion = new StampedLock();

  private final InodeFacts inode;
  private final Volume volume;
  private final ExtentMap extents;

  /** What the last store fault in a hole got: a hint, and racy. */
  private long lastPage = -2;

  private long lastPfn;

  DirectBlocks(InodeFacts inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.extents = inode.extents;
  }

  /** See {@link io.jdax.mm.engine.BlockMapper#mkwrite}. */
  void mkwrite(long page, int storeAt, BlockExtent out) throws IOException {
    if (inode.hintBlocks() > 1) {
      takeWindow(page, out);
    }
    long stamp = conversion.readLock();
    try {
      extents.find(page, out);
      if (out.state != ExtentState.WRITTEN) { // else a write() was faster
        out.set(page, 1, convert(page, storeAt, out), ExtentState.WRITTEN);
      }
    } finally {
      conversion.unlockRead(stamp);
    }
  }

  private long convert(long page, int storeAt, BlockExtent run) throws IOException {
    try {
      return convertOnce(page, storeAt, run);
    } catch (NoSpaceException e) {
      return volume.whenSpaceIsBack(1, () -> convertOnce(page, storeAt, run));
    }
  }

  /**
   * Gives every page of a range storage, unwritten where there was a hole: all, or none and an
   * exception. The caller has the invalidate lock shared, so that no page of it becomes a hole.
   */
  void provide(long first, long end) throws IOException {
    BlockExtent run = new BlockExtent();
    long holes = 0;
    long promised = 0;
    for (long at = first; at < end; at = run.endBlock()) {
      extents.find(at, run);
      if (run.state == ExtentState.HOLE) {
        holes += Math.min(end, run.endBlock()) - at;
        promised++; // what fills a hole may join the extents around it
      }
    }
    if (holes > 0) {
      volume.ensureWritable();
      try (Reservation room = room(holes, promised + holes)) {
        long stamp = conversion.writeLock();
        try {
          fillHoles(first, end, room, run);
        } finally {
          conversion.unlockWrite(stamp);
        }
      }
    }
  }

  private Reservation room(long blocks, long items) throws IOException {
    try {
      return Reservation.of(inode, blocks, items);
    } catch (NoSpaceException e) {
      return volume.whenSpaceIsBack(
          blocks + Space.nodesFor(items), () -> Reservation.of(inode, blocks, items));
    }
  }

  private void fillHoles(long first, long end, Reservation room, BlockExtent run) {
    BlockRun taken = new BlockRun();
    for (long at = first; at < end; ) {
      extents.find(at, run);
      long to = Math.min(end, run.endBlock());
      if (run.state == ExtentState.HOLE) {
        if (!inode.ahead.take(at, to - at, taken)) {
          volume.data.allocatePages(to - at, goal(at, run.firstBlock), taken);
        }
        room.taken(taken.count());
        boolean done = false;
        try {
          extents.note(
              at,
              taken.count(),
              taken.start(),
              ExtentState.UNWRITTEN,
              ExtentMap.SAME_SIZE,
              0,
              room::spend);
          done = true;
        } finally {
          if (!done) {
            volume.data.freeReserved(taken.start(), taken.count());
            room.putBack(taken.count());
          }
        }
        to = at + taken.count();
      }
      at = to;
    }
  }

  private long convertOnce(long page, int storeAt, BlockExtent run) throws IOException {
    boolean hole = run.state == ExtentState.HOLE;
    long pfn = hole ? takeBlock(page, run.firstBlock) : run.deviceBlockOf(page);
    boolean done = false;
    MediaErrorException bad = null;
    try {
      // Durably, before anybody can store to it, and before a commit tells of it.
      volume.persister.fillPersistKeeping(
          pfn << Units.PAGE_SHIFT, Units.PAGE_BYTES, (byte) 0, (pfn << Units.PAGE_SHIFT) + storeAt);
      extents.note(page, 1, pfn, ExtentState.WRITTEN, inode.modified(), volume.space);
      done = true;
      return pfn;
    } catch (MediaErrorException e) {
      bad = e;
      throw e;
    } finally {
      if (!done && hole) {
        volume.badBlocks.giveBack(pfn, 1, bad);
        inode.refund(1);
      }
    }
  }

  private long takeBlock(long page, long holeFirst) throws IOException {
    inode.charge(1);
    boolean done = false;
    try {
      long pfn = allocate(page, holeFirst);
      done = true;
      return pfn;
    } finally {
      if (!done) {
        inode.refund(1);
      }
    }
  }

  /** A block for a page in a hole, if possible the one that goes on from the page before it. */
  private long allocate(long page, long holeFirst) throws NoSpaceException {
    BlockRun run = RUN.get();
    if (!inode.ahead.isNext(page) || !allocateAhead(page, run)) {
      volume.space.allocate(1, page == lastPage + 1 ? lastPfn + 1 : goal(page, holeFirst), run);
    }
    long pfn = run.start();
    lastPage = page;
    lastPfn = pfn;
    return pfn;
  }

  private boolean allocateAhead(long page, BlockRun run) throws NoSpaceException {
    volume.space.reserve(1);
    boolean taken = inode.ahead.take(page, 1, run);
    if (!taken) {
      volume.space.unreserve(1); // others have taken what was ahead
    }
    return taken;
  }

  /**
   * Where a block for a page in the hole from {@code holeFirst} would best lie, or −1 for anywhere.
   */
  public long goal(long page, long holeFirst) {
    if (holeFirst == 0) {
      return -1;
    }
    BlockExtent before = BEFORE.get();
    extents.find(holeFirst - 1, before);
    return before.state == ExtentState.HOLE ? -1 : before.deviceBlockOf(page);
  }

  /**
   * With an extent-size hint: makes the aligned window around a page of a hole unwritten, as far as
   * it is a hole, lies before the end of the file, and can be taken in one piece.
   */
  private void takeWindow(long page, BlockExtent out) throws IOException {
    long stamp = conversion.writeLock();
    try {
      extents.find(page, out);
      if (out.state == ExtentState.HOLE) {
        takeWindow(page, out, Units.pagesIn(inode.sizeBytes()), 0, false);
      }
    } finally {
      conversion.unlockWrite(stamp);
    }
  }

  /**
   * As its namesake; the caller has {@link #conversion} exclusively.
   *
   * @param hole around the page
   * @param end where the file ends, or will, in blocks
   * @param writtenTo where what is about to be written ends, in blocks, or 0
   * @param keeps whether it is a write that keeps the rest of the window ahead
   * @return whether the page is unwritten now
   */
  boolean takeWindow(long page, BlockExtent hole, long end, long writtenTo, boolean keeps)
      throws IOException {
    int hint = inode.hintBlocks();
    long from = Math.max(hole.firstBlock, page - page % hint);
    long to = Math.min(Math.min(hole.endBlock(), page - page % hint + hint), end);
    if (keeps && from == page && to <= writtenTo && to - from < hint) {
      return false; // all of it is written at once
    }
    long granted = inode.chargeUpTo(to - from);
    if (granted < to - from) {
      if (granted <= 0) {
        return false;
      }
      from = Math.max(from, Math.min(page, to - granted));
      to = from + granted;
    }
    BlockRun run = RUN.get();
    long given = 0;
    try {
      takeRun(from, to, hole, keeps, run);
      // In pieces it is of no use, but what there is should contain the page.
      from = Math.max(from, Math.min(page, to - run.count()));
      noteRun(from, run);
      given = run.count();
    } catch (NoSpaceException e) {
      return false; // then a block at a time
    } finally {
      inode.refund(granted - given);
    }
    return true;
  }

  /** Blocks for a window, or for as much of it as lies together. */
  private void takeRun(long from, long to, BlockExtent hole, boolean keeps, BlockRun run)
      throws NoSpaceException {
    long goal = goal(from, hole.firstBlock);
    if (keeps && to - from < inode.hintBlocks()) {
      volume.space.reserve(to - from);
      inode.ahead.takeOrKeep(from, to - from, goal, run);
      volume.space.unreserve(to - from - run.count());
    } else if (to - from != HUGE_FRAMES
        || from % HUGE_FRAMES != 0
        || !volume.space.allocateHuge(-1, run)) {
      volume.space.allocate(to - from, goal, run);
    }
  }

  /** See {@link PageStore#takeReserved}. */
  public void takeReserved(long block, long endBlock, long goal, BlockRun taken) {
    if (inode.ahead.take(block, endBlock - block, taken)) {
      return;
    }
    boolean aligned = block % HUGE_FRAMES == 0;
    // One huge page is counted twice for a moment; where that is too much it is just not huge.
    if (aligned && endBlock - block >= HUGE_FRAMES && volume.space.allocateHuge(goal, taken)) {
      volume.space.unreserve(HUGE_FRAMES);
    } else {
      long n =
          aligned
              ? endBlock - block
              : Math.min(endBlock - block, HUGE_FRAMES - block % HUGE_FRAMES);
      volume.space.allocateReserved(n, goal, taken);
    }
  }

  private void noteRun(long from, BlockRun run) throws NoSpaceException {
    boolean done = false;
    try {
      extents.note(from, run.count(), run.start(), ExtentState.UNWRITTEN, 0, volume.space);
      done = true;
    } finally {
      if (!done) {
        volume.space.free(run.start(), run.count());
      }
    }
  }
}
