package io.jdax.fs.space;

import io.jdax.fs.error.NoSpaceException;
import org.jspecify.annotations.Nullable;

/**
 * Storage for the data of files, counted in blocks of the file system: those of {@link Space} where
 * blocks are frames, else {@link Fragments} of its frames.
 */
public final class DataSpace {
  /** Frames that are left for the tree to record who has the last loose blocks, at most. */
  private static final long MAX_HEADROOM_FRAMES = 64;

  private final Space space;
  private final @Nullable Fragments parts;
  private final Units units;

  /** Of pages whose file does not matter. */
  private final PageOwner anybody = new PageOwner();

  public DataSpace(String region, Space space, Units units) {
    this.space = space;
    this.units = units;
    this.parts =
        units.blocksPerPageShift == 0
            ? null
            : new Fragments(
                region,
                space,
                units.blockShift,
                Math.min(MAX_HEADROOM_FRAMES, space.totalFrames() / 64));
  }

  /**
   * Takes these very blocks, in the mount's walk.
   *
   * @return −1, or the first of them that is in use already; then nothing has changed
   */
  public long markUsed(long block, long count) {
    return parts == null ? space.markUsed(block, count) : parts.markUsed(block, count);
  }

  /** Takes whatever is free of a frame, for good. */
  public void avoid(long pfn) {
    if (parts == null) {
      space.markUsed(pfn, 1);
      return;
    }
    for (long block = units.blocksOf(pfn); block < units.blocksOf(pfn + 1); block++) {
      parts.markUsed(block, 1);
    }
  }

  // ---------------------------------------------------------------- by count

  /**
   * Sets blocks aside, none in particular: all or nothing.
   *
   * @throws NoSpaceException fewer are usable
   */
  public void reserve(long count) throws NoSpaceException {
    if (parts == null) {
      space.reserve(count);
    } else {
      parts.reserve(count);
    }
  }

  /**
   * Sets a frame's blocks aside for what was accepted, from the reserve if need be.
   *
   * @return false if there are too few; then nothing has changed
   */
  public boolean reserveFrame() {
    if (parts == null) {
      return space.reserveForAccepted(1);
    }
    try {
      parts.reserve(units.blocksOf(1));
      return true;
    } catch (NoSpaceException e) {
      return false;
    }
  }

  /** Gives up a reservation, or the rest of one. */
  public void unreserve(long count) {
    if (parts == null) {
      space.unreserve(count);
    } else {
      parts.unreserve(count);
    }
  }

  // ---------------------------------------------------------------- taking what was reserved

  /**
   * Takes at least one and at most {@code pages} consecutive frames, for whole pages.
   *
   * @param goal the block to begin with if possible, or −1 for no preference
   * @param out the answer, in blocks
   * @return false if there is no whole frame, but only parts
   */
  public boolean allocatePages(long pages, long goal, BlockRun out) {
    return allocatePages(anybody, 0, pages, goal, out);
  }

  /**
   * As its namesake, where a file had best get them.
   *
   * @param page the first of the pages
   */
  public boolean allocatePages(PageOwner owner, long page, long pages, long goal, BlockRun out) {
    if (parts == null) {
      owner.takerOr(space.anywhere).take(page, pages, goal, out);
      return true;
    }
    return parts.allocateReservedFrames(owner, page, pages, goal, out);
  }

  /**
   * Takes at least one and at most {@code count} consecutive blocks of one page, where blocks are
   * smaller than pages; see {@link Fragments#allocateReserved}.
   */
  public void allocatePart(
      PageOwner owner, long fileBlock, int count, long home, long goal, BlockRun out) {
    parts().allocateReserved(owner, fileBlock, count, home, goal, out);
  }

  /**
   * Takes all of these very blocks of a frame, or none; see {@link Fragments#takeReserved}.
   *
   * @param which a bit per block of the frame
   */
  public boolean takeAtHome(PageOwner owner, long page, long pfn, int which) {
    return parts().takeReserved(owner, page, pfn, which);
  }

  /** Undoes an allocation: the blocks are free, and as many are reserved as before. */
  public void freeReserved(long block, long count) {
    if (parts == null) {
      space.freeReserved(block, count);
    } else {
      parts.freeReserved(block, count);
    }
  }

  // ---------------------------------------------------------------- giving back

  /** Gives back blocks that no commit has shown: reusable at once. */
  public void free(long block, long count) {
    if (parts == null) {
      space.free(block, count);
    } else {
      parts.free(block, count);
    }
  }

  /**
   * Gives back blocks that commit {@code commit} no longer shows: reusable when the one after it is
   * durable.
   */
  public void freeAfter(long block, long count, long commit) {
    if (parts == null) {
      space.freeAfter(block, count, commit);
    } else {
      parts.freeAfter(block, count, commit);
    }
  }

  /** Gives up what is kept for pages of a file. */
  public void releaseAll(PageOwner owner) {
    if (parts != null) {
      parts.releaseAll(owner);
    }
  }

  // ---------------------------------------------------------------- figures

  /** How many blocks nothing occupies. */
  public long freeBlocks() {
    return parts == null ? space.freeFrames() : parts.freeBlocks();
  }

  /** How many blocks were given back and wait for a commit, which whoever wants them makes. */
  public long comingBlocks() {
    return parts == null ? space.delayedFrames() : parts.delayedBlocks();
  }

  /** How many blocks may be reserved now. */
  public long usableBlocks() {
    return parts == null ? space.usableFrames() : parts.usableBlocks();
  }

  private Fragments parts() {
    if (parts == null) {
      throw new IllegalStateException("blocks are frames here, and have no parts");
    }
    return parts;
  }
}
