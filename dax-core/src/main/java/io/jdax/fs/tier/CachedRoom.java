package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.DirtyRanges;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.Reservation;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.PageOwner;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Patience;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import java.io.IOException;

/**
 * What is set aside for blocks that one call may store to, in pages of {@link CachedFile}: storage
 * for holes, which counts for the quota, and tree items that a record may want.
 */
public final class CachedRoom implements AutoCloseable {
  /** Tree items that the record of one block may want. */
  static final long ITEMS = DirtyRanges.MAX_ITEMS;

  private static final ThreadLocal<BlockExtent> CURSOR = ThreadLocal.withInitial(BlockExtent::new);

  private final Inode inode;
  private final Volume volume;
  private final PageOwner kept;
  private final Units units;
  private final int shift;
  private final int blocksPerPage;
  private final Patience patience;
  private final BlockRun taken = new BlockRun();
  private final Reservation reservation;

  /**
   * Nothing yet.
   *
   * @param kept what is kept for pages of the file
   */
  CachedRoom(Inode inode, PageOwner kept) {
    this(inode, kept, new Patience());
  }

  /** As {@link #CachedRoom(Inode, PageOwner)}, for a call that has waited before, perhaps. */
  CachedRoom(Inode inode, PageOwner kept, Patience patience) {
    this.inode = inode;
    this.patience = patience;
    this.volume = inode.volume;
    this.kept = kept;
    this.reservation = new Reservation(inode);
    this.units = volume.units;
    this.shift = units.blocksPerPageShift;
    this.blocksPerPage = 1 << shift;
  }

  /**
   * Does not wait for space.
   *
   * @param holes blocks that have no storage; for the records of unwritten ones there is room
   */
  void reserve(long holes) throws IOException {
    if (holes > 0) {
      reservation.add(holes, ITEMS * holes);
    }
  }

  /**
   * For one block of the file.
   *
   * @return the block's new state
   * @throws NoSpaceException a truncate has made more holes than there were, and there is no space
   */
  public int take(long block) throws IOException {
    BlockExtent around = CURSOR.get();
    inode.extents.find(block, around);
    if (around.state == ExtentState.WRITTEN) {
      return BlockStates.MAPPED;
    }
    int wanted = around.state == ExtentState.HOLE ? 1 : 0;
    if (reservation.blocks() < wanted || reservation.items() < ITEMS * wanted) {
      reserveOneMore();
    }
    reservation.taken(wanted);
    reservation.spend(ITEMS * wanted);
    return wanted == 1 ? BlockStates.DELAYED : BlockStates.UNWRITTEN;
  }

  private void reserveOneMore() throws IOException {
    try {
      reserve(1);
    } catch (NoSpaceException e) {
      volume.againWhenSpaceIsBack(patience, 1, () -> reserve(1));
    }
  }

  /** For the blocks of a page in which the bytes {@code [from, to)} lie; returns the states. */
  public int take(long page, int word, int from, int to) throws IOException {
    int states = word;
    boolean done = false;
    try {
      for (int block = (int) units.blockOf(from); block < units.blocksIn(to); block++) {
        if (BlockStates.get(states, block) == BlockStates.NONE) {
          states = BlockStates.with(states, block, take((page << shift) + block));
        }
      }
      done = true;
    } finally {
      if (!done) {
        putBack(states);
      }
    }
    return states;
  }

  public void putBack(int word) {
    for (int block = 0; block < blocksPerPage; block++) {
      putBackOne(BlockStates.get(word, block));
    }
  }

  public void putBackOne(int state) {
    if (state == BlockStates.DELAYED) {
      reservation.putBack(1);
      reservation.spend(-ITEMS);
    }
  }

  /** Takes a whole frame for a page. Returns its first block, or −1 if there is none. */
  long takePage(long goal) {
    if (reservation.blocks() < blocksPerPage || !volume.data.allocatePages(1, goal, taken)) {
      return -1;
    }
    reservation.taken(blocksPerPage);
    return taken.start();
  }

  /** Takes the blocks that a page lacks, where the others are; or returns false. */
  boolean takeAtHome(long page, long pfn, int which) {
    if (reservation.blocks() < Integer.bitCount(which)
        || !volume.data.takeAtHome(kept, page, pfn, which)) {
      return false;
    }
    reservation.taken(Integer.bitCount(which));
    return true;
  }

  /** See {@link Reservation#adopt}. */
  void adopt() {
    reservation.adopt();
  }

  /** See {@link Reservation#spend}. */
  void spend(long wanted) {
    reservation.spend(wanted);
  }

  /** Gives up what no block has got. */
  @Override
  public void close() {
    reservation.close();
  }
}
