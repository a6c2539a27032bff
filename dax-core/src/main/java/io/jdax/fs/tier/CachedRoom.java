package io.jdax.fs.tier;

import io.jdax.cache.BlockStates;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.file.BlockExtent;
import io.jdax.fs.file.DirtyRanges;
import io.jdax.fs.file.Inode;
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
  private long blocks;
  private long items;

  /** Whether the blocks count for somebody's quota. */
  private boolean charged;

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
    if (holes == 0) {
      return;
    }
    volume.space.promise(ITEMS * holes);
    boolean done = false;
    try {
      charge(holes);
      items += ITEMS * holes;
      done = true;
    } finally {
      if (!done) {
        volume.space.recorded(ITEMS * holes);
      }
    }
  }

  private void charge(long holes) throws IOException {
    adopt();
    inode.charge(holes);
    boolean done = false;
    try {
      volume.data.reserve(holes);
      blocks += holes;
      done = true;
    } finally {
      if (!done) {
        inode.refund(holes);
      }
    }
  }

  /**
   * For one block of the file.
   *
   * @return the state that it has by that
   * @throws NoSpaceException a truncate has made more holes than there were, and there is no space
   */
  public int take(long block) throws IOException {
    BlockExtent around = CURSOR.get();
    inode.extents.find(block, around);
    if (around.state == ExtentState.WRITTEN) {
      return BlockStates.MAPPED;
    }
    int wanted = around.state == ExtentState.HOLE ? 1 : 0;
    if (blocks < wanted || items < ITEMS * wanted) {
      reserveOneMore();
    }
    blocks -= wanted;
    items -= ITEMS * wanted;
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
    blocks += state == BlockStates.DELAYED ? 1 : 0;
    items += state == BlockStates.DELAYED ? ITEMS : 0;
  }

  /** A whole frame for a page; returns its first block, −1: there is none. */
  long takePage(long goal) {
    if (blocks < blocksPerPage || !volume.data.allocatePages(1, goal, taken)) {
      return -1;
    }
    blocks -= blocksPerPage;
    return taken.start();
  }

  /** The blocks that a page lacks, where the others are; false: they are not to be had. */
  boolean takeAtHome(long page, long pfn, int which) {
    if (blocks < Integer.bitCount(which) || !volume.data.takeAtHome(kept, page, pfn, which)) {
      return false;
    }
    blocks -= Integer.bitCount(which);
    return true;
  }

  /**
   * The file system may have got quotas since the last time, while no lock was held: what was set
   * aside before counts from now on. Needs the invalidate lock shared.
   */
  void adopt() {
    if (!charged && inode.account() != null) {
      inode.refund(-blocks);
      charged = true;
    }
  }

  /** Items are for something that the tree is to be told now; negative: so many are free again. */
  void spend(long wanted) {
    items -= wanted;
    assert items >= 0 : "records that nothing was promised for";
  }

  /** Gives up what no block has got. */
  @Override
  public void close() {
    if (blocks > 0) {
      volume.data.unreserve(blocks);
    }
    if (charged) {
      inode.refund(blocks);
    }
    volume.space.recorded(items);
    blocks = 0;
    items = 0;
  }
}
