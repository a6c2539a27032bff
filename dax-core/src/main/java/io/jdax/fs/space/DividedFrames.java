package io.jdax.fs.space;

import static io.jdax.fs.space.PartTable.NONE;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.NoSpaceException;

/**
 * The frames that are in use by parts, and what is reserved of them, under one lock, which is the
 * monitor of this.
 *
 * <pre>
 *   PartTable        which frames, and which of their blocks are used
 *   PartAccounts     how many blocks are free in them, and what for
 *   PartAllocator    where the blocks of a page come from
 * </pre>
 *
 * <p>Nothing is noted about a frame that is free, or used as a whole. A frame comes here when the
 * first of its blocks is taken or given back alone, and leaves when the last one is.
 */
final class DividedFrames {
  private final String region;
  private final Space space;
  private final FrameDivision division;

  @GuardedBy("this")
  private final PartTable parts = new PartTable();

  @GuardedBy("this")
  private final PartAccounts accounts;

  @GuardedBy("this")
  private final PartAllocator allocator;

  private final RunTaker freePartReserved = this::freePartReserved;
  private final RunTaker freeFramesReserved = this::freeFramesReserved;

  DividedFrames(String region, Space space, FrameDivision division, long headroomFrames) {
    this.region = region;
    this.space = space;
    this.division = division;
    this.accounts = new PartAccounts(region, space, division, headroomFrames);
    this.allocator = new PartAllocator(space, division, parts, accounts);
  }

  // ---------------------------------------------------------------- mount

  /**
   * Takes these very blocks of one frame, in the mount's walk.
   *
   * @return −1, or the first of them that is in use already; then nothing has changed
   */
  synchronized long markUsed(long block, long count) {
    int mask = division.mask(block, count);
    long pfn = division.frameOf(block);
    int i = parts.find(pfn);
    if (i == NONE) {
      if (space.markUsed(pfn, 1) >= 0) {
        return block;
      }
      parts.add(pfn, mask);
      accounts.addFree(false, division.blocksPerFrame - count);
      assert accounts.isSound(parts.size()) : this;
      return -1;
    }
    int twice = parts.usedMask(i) & mask;
    if (twice != 0) {
      return division.blocksOf(pfn) + Integer.numberOfTrailingZeros(twice);
    }
    accounts.addFree(false, -count);
    allocator.use(i, mask);
    assert accounts.isSound(parts.size()) : this;
    return -1;
  }

  /** The first used block of a frame that is in use. */
  synchronized long firstUsed(long pfn) {
    int i = parts.find(pfn);
    int used = i == NONE ? division.full : parts.usedMask(i);
    return division.blocksOf(pfn) + Integer.numberOfTrailingZeros(used);
  }

  // ---------------------------------------------------------------- reserving

  /** See {@link Fragments#reserve}. */
  synchronized void reserve(long count) throws NoSpaceException {
    try {
      while (!accounts.tryReserve(count)) {
        int i = count > accounts.usableBlocks() ? NONE : mostUsedOfKept();
        if (i == NONE) {
          throw new NoSpaceException(
              region,
              count + " blocks of data",
              Units.PAGE_BYTES / division.blocksPerFrame,
              accounts.freeBlocks(),
              accounts.usableBlocks());
        }
        makeLoose(i);
      }
    } finally {
      settle(); // not before, since what becomes loose must not set a held frame free
    }
  }

  /** See {@link Fragments#unreserve}. */
  synchronized void unreserve(long count) {
    accounts.requireReserved(count);
    accounts.unreserve(count);
    settle();
  }

  /** The frame with the most used blocks of those kept for pages, or {@link PartTable#NONE}. */
  @GuardedBy("this")
  private int mostUsedOfKept() {
    int i = NONE;
    for (int used = division.blocksPerFrame - 1; used > 0 && i == NONE; used--) {
      i = parts.firstWith(true, used);
    }
    return i;
  }

  // ---------------------------------------------------------------- taking what was reserved

  /** See {@link Fragments#allocateReserved}. */
  synchronized void allocate(
      PageOwner owner, long page, int place, int count, long home, long goal, BlockRun out) {
    accounts.requireReserved(count);
    allocator.allocate(owner, page, place, count, home, goal, out);
    settle();
  }

  /** See {@link Fragments#allocateReservedFrames}. */
  synchronized boolean allocateFrames(
      PageOwner owner, long page, long frames, long goal, BlockRun out) {
    accounts.requireReserved(division.blocksOf(frames));
    long missing = frames - accounts.heldFrames();
    if (missing > 0 && !accounts.hold(missing) && accounts.heldFrames() == 0 && !accounts.hold(1)) {
      return false;
    }
    long most = Math.min(frames, accounts.heldFrames());
    owner.takerOr(space.anywhere).take(page, most, division.frameAt(goal, 0), out);
    accounts.spend(out.count());
    accounts.unreserve(division.blocksOf(out.count()));
    out.set(division.blocksOf(out.start()), division.blocksOf(out.count()));
    settle();
    return true;
  }

  /** See {@link Fragments#takeReserved}. */
  synchronized boolean take(PageOwner owner, long page, long pfn, int which) {
    int count = Integer.bitCount(which);
    accounts.requireReserved(count);
    int i = parts.find(pfn);
    if (i == NONE
        || (parts.usedMask(i) & which) != 0
        || parts.owner(i) != null && !parts.isOwnedBy(i, owner, page)) {
      return false;
    }
    accounts.addFree(parts.owner(i) != null, -count);
    accounts.unreserve(count);
    allocator.use(i, which);
    settle();
    return true;
  }

  // ---------------------------------------------------------------- frames of pages

  /** See {@link Fragments#releaseAll}. */
  synchronized void releaseAll(PageOwner owner) {
    while (owner.firstPart != NONE) {
      release(owner.firstPart);
    }
  }

  @GuardedBy("this")
  private void release(int i) {
    makeLoose(i);
    settle();
  }

  @GuardedBy("this")
  private void makeLoose(int i) {
    parts.setOwner(i, null, 0);
    accounts.makeLoose(division.rest(parts.usedMask(i)));
  }

  // ---------------------------------------------------------------- giving back

  /** Undoes an allocation: the blocks are free, and as many are reserved as before. */
  synchronized void freeReserved(long block, long count) {
    division.divide(block, count, freePartReserved, freeFramesReserved);
    settle();
  }

  private synchronized void freePartReserved(long block, long count) {
    int i = parts.find(division.frameOf(block));
    if (i != NONE && parts.owner(i) != null) {
      release(i); // else the block would be kept, and not count for the reservation
    }
    freePart(block, count, count);
  }

  private synchronized void freeFramesReserved(long block, long count) {
    long pfn = division.frameOf(block);
    long frames = division.frameOf(count);
    requireUndivided(pfn, frames);
    space.freeReserved(pfn, frames);
    accounts.holdAgain(frames);
    accounts.reserveAgain(count);
  }

  /** Gives back blocks of one frame. */
  synchronized void freePart(long block, long count) {
    freePart(block, count, 0);
  }

  /**
   * Gives back blocks of one frame.
   *
   * @param reserved how many of them are reserved again in the same step
   */
  @GuardedBy("this")
  private void freePart(long block, long count, long reserved) {
    int mask = division.mask(block, count);
    long pfn = division.frameOf(block);
    int i = parts.find(pfn);
    if (i == NONE) {
      if (!space.isUsed(pfn)) {
        throw freeAlready(block, count);
      }
      parts.add(pfn, division.full & ~mask);
      accounts.addFree(false, count);
      accounts.reserveAgain(reserved);
      settle();
      return;
    }
    int used = parts.usedMask(i);
    if ((used & mask) != mask) {
      throw freeAlready(block, count);
    }
    boolean owned = parts.owner(i) != null;
    if (used != mask) {
      parts.setUsedMask(i, used & ~mask);
      accounts.addFree(owned, count);
    } else {
      parts.remove(i);
      accounts.addFree(owned, count - division.blocksPerFrame);
      space.freeAndReserve(pfn);
      accounts.holdAgain(1);
    }
    accounts.reserveAgain(reserved);
    settle();
  }

  /** Refuses to give back whole frames if some of them are in parts. */
  synchronized void requireUndivided(long pfn, long frames) {
    if (parts.hasAny(pfn, frames)) {
      throw freeAlready(division.blocksOf(pfn), division.blocksOf(frames));
    }
  }

  private static IllegalStateException freeAlready(long block, long count) {
    return new IllegalStateException(
        "blocks [" + block + ", +" + count + ") are given back, but some of them were free");
  }

  /** The last step of all that changes something. */
  @GuardedBy("this")
  private void settle() {
    accounts.settle();
    assert accounts.isSound(parts.size()) : this;
  }

  // ---------------------------------------------------------------- figures

  synchronized long freeBlocks() {
    return accounts.freeBlocks();
  }

  synchronized long usableBlocks() {
    return accounts.usableBlocks();
  }

  synchronized long keptBlocks() {
    return accounts.keptBlocks();
  }

  synchronized long looseBlocks() {
    return accounts.looseBlocks();
  }

  /** How many frames are here. */
  synchronized int count() {
    return parts.size();
  }

  /** Whether the free blocks of a frame are kept for a page. */
  synchronized boolean isKept(long pfn) {
    int i = parts.find(pfn);
    return i != NONE && parts.owner(i) != null;
  }

  synchronized boolean isUsed(long block) {
    long pfn = division.frameOf(block);
    int i = parts.find(pfn);
    return i == NONE ? space.isUsed(pfn) : (parts.usedMask(i) & division.mask(block, 1)) != 0;
  }

  @Override
  public synchronized String toString() {
    return parts.size() + " frames in parts, " + accounts;
  }
}
