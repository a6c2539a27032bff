package io.jdax.fs.file;

import io.jdax.fs.format.Limits;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Space;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.mm.ExtentState;
import java.io.IOException;

/** Blocks for a write that are taken at once: see {@link WriteRoom}. */
final class ExactRoom implements WriteRoom {
  private final InodeFacts inode;
  private final Space space;

  /** Of the records alone. */
  private final Reservation items;

  private final ExtentMap taken;
  private final BlockRun run = new BlockRun();
  private final BlockExtent cursor = new BlockExtent();

  /** Blocks that count for the file's quota, and are none of the file's yet. */
  private long charged;

  private long block;
  private long count;

  private ExactRoom(InodeFacts inode) {
    this.inode = inode;
    this.space = inode.volume.space;
    this.items = new Reservation(inode);
    this.taken = new ExtentMap(inode.volume.units);
  }

  /**
   * For a write of the blocks {@code [first, end)} of a file, which the caller keeps everybody from
   * changing, by {@link DirectBlocks#conversion}, until the write is done.
   *
   * @throws io.jdax.fs.error.NoSpaceException there is not enough; nothing has changed
   * @throws io.jdax.fs.error.QuotaExceededException the file's quota does not allow it; nothing has
   *     changed
   */
  static ExactRoom of(InodeFacts inode, long first, long end) throws IOException {
    ExactRoom room = new ExactRoom(inode);
    inode.ahead.giveBack(); // so that what goes on from the file is found by all
    room.space.recorded(inode.extents.takeCredit(0));
    boolean done = false;
    try {
      room.items.add(0, DirtyRanges.MAX_ITEMS * room.takeAll(first, end));
      done = true;
      return room;
    } finally {
      if (!done) {
        room.close();
      }
    }
  }

  /** Blocks for all holes; returns in how many steps those will be written at most. */
  private long takeAll(long first, long end) throws IOException {
    long steps = 0;
    for (long at = first; at < end; ) {
      inode.extents.find(at, cursor);
      long to = Math.min(end, cursor.endBlock());
      if (cursor.state == ExtentState.HOLE) {
        inode.charge(to - at);
        charged += to - at;
        space.allocate(to - at, inode.direct.goal(at, cursor.firstBlock), run);
        inode.refund(to - at - run.count());
        charged -= to - at - run.count();
        keep(at);
        to = at + run.count();
        steps += 1 + (to - at) / InPlaceWrite.MAX_RUN;
      }
      at = to;
    }
    return steps;
  }

  private void keep(long at) {
    boolean done = false;
    try {
      taken.set(at, run.count(), run.start(), ExtentState.UNWRITTEN);
      done = true;
    } finally {
      if (!done) {
        space.free(run.start(), run.count()); // in no book else
      }
    }
  }

  @Override
  public boolean isExact() {
    return true;
  }

  @Override
  public void take(long page, long wanted, long goal) {
    taken.find(page, cursor);
    block = cursor.deviceBlockOf(page);
    count = Math.min(wanted, cursor.endBlock() - page);
    taken.remove(page, page + count, new BlockRuns());
    charged -= count;
  }

  @Override
  public long block() {
    return block;
  }

  @Override
  public long count() {
    return count;
  }

  @Override
  public void spend(long wanted) {
    items.spend(wanted);
  }

  @Override
  public void close() {
    inode.refund(charged);
    charged = 0;
    items.close();
    BlockRuns left = new BlockRuns();
    taken.remove(0, Limits.fileBlocks(inode.volume.units), left);
    left.forEach(space::free);
  }
}
