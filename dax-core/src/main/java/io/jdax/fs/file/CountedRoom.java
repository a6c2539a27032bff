package io.jdax.fs.file;

import static io.jdax.fs.space.Space.HUGE_FRAMES;

import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Space;
import io.jdax.mm.ExtentState;
import java.io.IOException;

/** Blocks for a write by number: see {@link WriteRoom}. */
final class CountedRoom implements WriteRoom {
  private final Space space;
  private final StorageAhead ahead;

  /** Whether it is a write that keeps storage ahead. */
  private final boolean keeps;

  private final Reservation reservation;
  private final BlockRun run = new BlockRun();

  private CountedRoom(InodeFacts inode, boolean keeps) {
    this.space = inode.volume.space;
    this.ahead = inode.ahead;
    this.keeps = keeps;
    this.reservation = new Reservation(inode);
  }

  /**
   * For a write of the blocks {@code [first, end)} of a file.
   *
   * @param keeps see {@link StorageAhead#begin}
   * @throws io.jdax.fs.error.NoSpaceException there is not enough for the worst; nothing has
   *     changed
   * @throws io.jdax.fs.error.QuotaExceededException the file's quota does not allow it; nothing has
   *     changed
   */
  static CountedRoom of(InodeFacts inode, long first, long end, boolean keeps, BlockExtent cursor)
      throws IOException {
    long holes = 0;
    for (long at = first; at < end; at = cursor.endBlock()) {
      inode.extents.find(at, cursor);
      if (cursor.state == ExtentState.HOLE) {
        holes += Math.min(end, cursor.endBlock()) - at;
      }
    }
    CountedRoom room = new CountedRoom(inode, keeps);
    room.reservation.add(holes, DirtyRanges.MAX_ITEMS * holes);
    return room;
  }

  @Override
  public boolean isExact() {
    return false;
  }

  @Override
  public void take(long page, long wanted, long goal) {
    boolean huge =
        wanted == HUGE_FRAMES && page % HUGE_FRAMES == 0 && reservation.blocks() >= HUGE_FRAMES;
    if (huge && space.allocateHuge(-1, run)) {
      space.unreserve(HUGE_FRAMES);
    } else {
      takeSome(page, Math.min(wanted, reservation.blocks()), goal);
    }
    reservation.taken(run.count());
  }

  private void takeSome(long page, long count, long goal) {
    if (keeps) {
      ahead.takeOrKeep(page, count, goal, run);
    } else {
      ahead.takeOrAllocate(page, count, goal, run);
    }
  }

  @Override
  public long block() {
    return run.start();
  }

  @Override
  public long count() {
    return run.count();
  }

  @Override
  public void spend(long wanted) {
    reservation.spend(wanted);
  }

  @Override
  public void close() {
    reservation.close();
  }
}
