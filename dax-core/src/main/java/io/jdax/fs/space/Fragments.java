package io.jdax.fs.space;

import io.jdax.fs.error.NoSpaceException;
import java.util.Objects;

/**
 * Blocks that are smaller than a frame, 2, 4 or 8 to one. {@link Space} knows frames only. This
 * stands between it and files: it takes frames out of Space, gives them away in parts, and gives a
 * frame back as soon as none of its blocks is used.
 *
 * <pre>
 *   frames in use by parts (DividedFrames)       what is not used of them
 *     with an owner: one page of one file          kept     for the owner's page, each block at its own place
 *     without                                      loose    anybody's
 * </pre>
 *
 * <p>{@link PartAllocator} tells which blocks a page gets, {@link PartAccounts} why what was
 * reserved is always there.
 *
 * <p><b>Giving back.</b> As in Space, but block by block: a block that commit N stops showing stays
 * used until N + 1 is durable, whatever becomes of its neighbours. A frame goes back when the last
 * of its blocks does; each has waited for its own commit by then, so the frame need not wait.
 *
 * <p>Numbers of blocks: block b is part b % n of frame b / n. Any thread may call. What is in parts
 * has one lock, which whole frames avoid where they can.
 */
public final class Fragments {
  private final Space space;
  private final FrameDivision division;
  private final DividedFrames divided;
  private final DelayedFrees delayed = new DelayedFrees();
  private final String region;

  // Made in advance, so that giving back allocates nothing but what waits for commits.
  private final RunTaker freePart;
  private final RunTaker freeFrames = this::freeFrames;

  /**
   * Makes fragments of which nothing is in use.
   *
   * @param region what messages call the device
   * @param space whose frames are divided, and which tells of commits
   * @param blockShift the block size as a power of two: 9, 10 or 11
   * @param headroom how many usable frames data leaves to the tree, which has to record who has the
   *     last loose blocks
   */
  public Fragments(String region, Space space, int blockShift, long headroom) {
    this.region = region;
    this.space = space;
    this.division = new FrameDivision(blockShift);
    this.divided = new DividedFrames(region, space, division, headroom);
    this.freePart = divided::freePart;
    space.attach(this);
  }

  /** Blocks per frame. */
  public int blocksPerFrame() {
    return division.blocksPerFrame;
  }

  // ---------------------------------------------------------------- mount

  /**
   * Takes these very blocks, in the mount's walk.
   *
   * @return −1, or the first of them that is in use already; then nothing has changed
   * @throws IndexOutOfBoundsException they do not lie on the device
   */
  public long markUsed(long block, long count) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    long end = block + count;
    for (long at = block; at < end; ) {
      long to = division.endOfPiece(at, end);
      long conflict =
          division.isWhole(at, end)
              ? markFrames(division.frameOf(at), division.frameOf(to - at))
              : divided.markUsed(at, to - at);
      if (conflict >= 0) {
        if (at > block) {
          free(block, at - block);
        }
        return conflict;
      }
      at = to;
    }
    return -1;
  }

  private long markFrames(long pfn, long count) {
    long conflict = space.markUsed(pfn, count);
    return conflict < 0 ? -1 : divided.firstUsed(conflict);
  }

  // ---------------------------------------------------------------- reserving

  /**
   * Sets {@code count} blocks aside, none in particular: all or nothing. What is kept for pages is
   * given up if need be, and if that is enough, the frame with the most used blocks before others.
   *
   * @throws NoSpaceException fewer are usable
   */
  public void reserve(long count) throws NoSpaceException {
    if (count <= 0) {
      throw new IllegalArgumentException("count " + count + ": must be positive");
    }
    divided.reserve(count);
  }

  /** Gives up a reservation, or the rest of one. */
  public void unreserve(long count) {
    divided.unreserve(count);
  }

  // ---------------------------------------------------------------- taking what was reserved

  /**
   * Takes at least one and at most {@code count} consecutive blocks for one page of a file, out of
   * what the caller reserved: where the rest of the page is, else at the page's place in a new
   * frame, whose rest is kept for the page, or anywhere when frames are few. They hold whatever was
   * there.
   *
   * @param owner the file that the page is of
   * @param fileBlock the first of the blocks in the file
   * @param count how many; all of them in the page of {@code fileBlock}
   * @param home the block that would lie together with the rest of the page, or −1 if the page has
   *     no block yet, or none at its place
   * @param goal the block that would go on from the page before, or −1 for no preference
   */
  public void allocateReserved(
      PageOwner owner, long fileBlock, int count, long home, long goal, BlockRun out) {
    int place = division.placeOf(fileBlock);
    if (fileBlock < 0 || count <= 0 || place + count > division.blocksPerFrame) {
      throw new IllegalArgumentException(
          "blocks [" + fileBlock + ", +" + count + "): must lie in one page");
    }
    divided.allocate(owner, division.frameOf(fileBlock), place, count, home, goal, out);
  }

  /**
   * Takes at least one and at most {@code frames} consecutive whole frames for whole pages, out of
   * the blocks that the caller reserved, at least as many as all of them have.
   *
   * @param owner the file that the pages are of
   * @param page the first of them
   * @param goal the block to begin with if possible, or −1 for no preference
   * @param out the answer, in blocks
   * @return false if there is no whole frame; then the pages can be taken in parts
   */
  public boolean allocateReservedFrames(
      PageOwner owner, long page, long frames, long goal, BlockRun out) {
    if (frames <= 0) {
      throw new IllegalArgumentException("frames " + frames + ": must be positive");
    }
    return divided.allocateFrames(owner, page, frames, goal, out);
  }

  /**
   * Takes all of these very blocks of one frame, or none, out of what the caller reserved, so that
   * a page that has some blocks there becomes one piece.
   *
   * @param which a bit per block of the frame
   * @return false if some are used or kept for another page, or the frame is not in parts
   */
  public boolean takeReserved(PageOwner owner, long page, long pfn, int which) {
    return divided.take(owner, page, pfn, which);
  }

  /**
   * Undoes an allocation out of what was reserved: the blocks are free, and as many are reserved as
   * before.
   */
  public void freeReserved(long block, long count) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    divided.freeReserved(block, count);
  }

  // ---------------------------------------------------------------- giving back

  /** Gives up what is kept for a file's pages, since the file is put away. */
  public void releaseAll(PageOwner owner) {
    divided.releaseAll(owner);
  }

  /**
   * Gives back blocks that no commit has shown: reusable at once. A block of a frame whose rest is
   * kept for a page is kept for it again.
   *
   * @throws IllegalStateException some block was free already: the caller's books are wrong, and
   *     nothing is certain any more
   */
  public void free(long block, long count) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    division.divide(block, count, freePart, freeFrames);
  }

  private void freeFrames(long block, long count) {
    divided.requireUndivided(division.frameOf(block), division.frameOf(count));
    space.free(division.frameOf(block), division.frameOf(count));
  }

  /**
   * Gives back blocks that commit {@code commit} no longer shows: reusable when the one after it is
   * durable.
   */
  public void freeAfter(long block, long count, long commit) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    division.divide(
        block,
        count,
        (b, n) -> freePartAfter(b, n, commit),
        (b, n) -> freeFramesAfter(b, n, commit));
  }

  private void freePartAfter(long block, long count, long commit) {
    if (!delayed.add(block, count, commit)) {
      divided.freePart(block, count);
    }
  }

  private void freeFramesAfter(long block, long count, long commit) {
    divided.requireUndivided(division.frameOf(block), division.frameOf(count));
    space.freeAfter(division.frameOf(block), division.frameOf(count), commit);
  }

  /** Frees what waited for commit {@code commit}; called by {@link Space#committed}. */
  void committed(long commit) {
    delayed.committed(commit, freePart);
  }

  boolean isWaitingForCommit() {
    return delayed.waitingCount() > 0;
  }

  // ---------------------------------------------------------------- figures

  /** How many blocks the device has. */
  public long totalBlocks() {
    return division.blocksOf(space.totalFrames());
  }

  /** How many blocks nothing occupies. */
  public long freeBlocks() {
    return divided.freeBlocks();
  }

  /**
   * How many blocks may be reserved now, including those kept for pages, which are given up for
   * that.
   */
  public long usableBlocks() {
    return divided.usableBlocks();
  }

  /** How many blocks are kept for pages that have other blocks in use. */
  public long keptBlocks() {
    return divided.keptBlocks();
  }

  /** How many blocks are free, but lie in frames with used ones, and are kept for no page. */
  public long looseBlocks() {
    return divided.looseBlocks();
  }

  /** How many blocks were given back and wait for a commit, in whole frames and in parts. */
  public long delayedBlocks() {
    return division.blocksOf(space.delayedFrames()) + delayed.waitingCount();
  }

  /** How many frames are in use by parts. */
  public int dividedFrames() {
    return divided.count();
  }

  /** Whether the free blocks of a frame are kept for a page. */
  boolean isKept(long pfn) {
    return divided.isKept(pfn);
  }

  /** Whether the block is in use, or on its way back. */
  public boolean isUsed(long block) {
    Objects.checkIndex(block, totalBlocks());
    return divided.isUsed(block);
  }

  @Override
  public String toString() {
    return "Fragments[" + region + ", " + divided + "]";
  }
}
