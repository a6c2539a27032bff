package io.jdax.fs.space;

import static io.jdax.fs.space.PartTable.NONE;

import io.jdax.fs.error.NoSpaceException;
import java.util.Objects;

/**
 * Blocks that are smaller than a frame, 2, 4 or 8 to one. {@link Space} knows frames only; this is
 * what lies between it and files: it takes frames out of Space, gives them away in parts, and gives
 * a frame back as soon as nothing of it is used. Nothing is noted about a frame that is free, or
 * used as a whole.
 *
 * <pre>
 *   frames in use by parts (PartTable)           what is not used of them
 *     with an owner: one page of one file          kept     for the owner's page, each block at its own place
 *     without                                      loose    anybody's
 * </pre>
 *
 * <p><b>A page's frame.</b> The first block of a page takes a whole frame, lies in it where it lies
 * in the page, and has the rest kept for the page. So the page ends up together and aligned, and
 * can be mapped in place once it is whole; until then no mapping shows the frame, and what is kept
 * of it is given up as soon as it is wanted. Only when few frames are left are loose blocks given
 * out instead, each time from the frame of which most is used, so that the others may become whole
 * again.
 *
 * <p><b>Reserving by count.</b> Blocks are reserved first, and taken out of that. What was reserved
 * is always to be had, though not together:
 *
 * <pre>
 *   counted &lt;= loose + held * blocks per frame      held: frames that are reserved in Space for the purpose
 * </pre>
 *
 * holds whenever the lock is free. What is kept does not count: a reservation that needs it gives
 * it up first, the frame with the most used blocks before others.
 *
 * <p><b>Giving back.</b> As in Space, but block by block: a block that commit N stops showing stays
 * used until N + 1 is durable, whatever becomes of its neighbours. A frame goes back when the last
 * of its blocks does; each has waited for its own commit by then, so the frame has not to wait.
 *
 * <p>Numbers of blocks: block b is part b % n of frame b / n. Any thread may call. One lock; whole
 * frames pass by it where they can.
 */
public final class Fragments {
  private static final int FRAME_SHIFT = 12;

  /** Pages no longer get frames of their own for a block when an eighth of the device is left. */
  private static final int TIGHT_SHIFT = 3;

  private final String region;
  private final Space space;

  /** Blocks per frame, as a power of two. */
  private final int shift;

  private final int blocksPerFrame;

  /** All blocks of a frame. */
  private final int full;

  private final long headroom;

  /** Guards itself and all below but {@link #delayed}. */
  private final PartTable parts = new PartTable();

  private final DelayedFrees delayed = new DelayedFrees();
  private final RunTaker freePart = this::freePart;
  private long loose;
  private long kept;
  private long counted;
  private long held;

  /**
   * Nothing in use by parts.
   *
   * @param region what messages call the device
   * @param space whose frames are divided; it will tell of commits
   * @param blockShift the block size as a power of two: 9, 10 or 11
   * @param headroom frames of Space that data does not reserve, though they are usable: the tree
   *     has to record who has the last loose blocks
   */
  public Fragments(String region, Space space, int blockShift, long headroom) {
    if (blockShift < 9 || blockShift >= FRAME_SHIFT) {
      throw new IllegalArgumentException(
          "block shift " + blockShift + ": blocks of 512, 1024 or 2048 bytes divide a frame");
    }
    this.region = region;
    this.space = space;
    this.shift = FRAME_SHIFT - blockShift;
    this.blocksPerFrame = 1 << shift;
    this.full = (1 << blocksPerFrame) - 1;
    this.headroom = headroom;
    space.attach(this);
  }

  /** Blocks per frame. */
  public int blocksPerFrame() {
    return blocksPerFrame;
  }

  // ---------------------------------------------------------------- mount

  /**
   * Takes these very blocks, in the mount's walk.
   *
   * @return −1, or the first of them that is in use already: then nothing has changed
   * @throws IndexOutOfBoundsException they do not lie on the device
   */
  public long markUsed(long block, long count) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    long end = block + count;
    long at = block;
    while (at < end) {
      long frames = isWhole(at, end) ? (end - at) >>> shift : 0;
      long to = frames > 0 ? at + (frames << shift) : Math.min(end, frameEnd(at));
      long conflict = frames > 0 ? markFrames(at >>> shift, frames) : markPart(at, to - at);
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
    if (conflict < 0) {
      return -1;
    }
    synchronized (parts) {
      int i = parts.find(conflict);
      int used = i == NONE ? full : parts.used(i);
      return (conflict << shift) + Integer.numberOfTrailingZeros(used);
    }
  }

  private long markPart(long block, long count) {
    int mask = mask(block, count);
    long pfn = block >>> shift;
    synchronized (parts) {
      int i = parts.find(pfn);
      if (i == NONE) {
        if (space.markUsed(pfn, 1) >= 0) {
          return block;
        }
        parts.add(pfn, mask);
        loose += blocksPerFrame - count;
        return -1;
      }
      int twice = parts.used(i) & mask;
      if (twice != 0) {
        return (pfn << shift) + Integer.numberOfTrailingZeros(twice);
      }
      loose -= count;
      use(i, mask);
      return -1;
    }
  }

  // ---------------------------------------------------------------- reserving

  /**
   * Sets {@code count} blocks aside, none in particular: all or nothing. What is kept for pages is
   * given up if need be, and if that is enough.
   *
   * @throws NoSpaceException fewer are usable
   */
  public void reserve(long count) throws NoSpaceException {
    if (count <= 0) {
      throw new IllegalArgumentException("count " + count + ": must be positive");
    }
    synchronized (parts) {
      try {
        while (!tryReserve(count)) {
          int i = count > usableBlocks() ? NONE : mostUsedOfKept();
          if (i == NONE) {
            throw new NoSpaceException(
                region, count + " blocks of data", freeBlocks(), usableBlocks());
          }
          makeLoose(i);
        }
      } finally {
        settle(); // not before: what becomes loose is not to set a held frame free
      }
    }
  }

  /** Gives up a reservation, or the rest of one. */
  public void unreserve(long count) {
    synchronized (parts) {
      requireCounted(count);
      counted -= count;
      settle();
    }
  }

  // ---------------------------------------------------------------- taking what was reserved

  /**
   * Takes at least one and at most {@code count} consecutive blocks for one page of a file, out of
   * what the caller reserved: where the rest of the page is, else at the page's place in a new
   * frame, of which the rest is kept for the page; when frames are few, anywhere. What is in them
   * is whatever was there.
   *
   * @param owner of the page
   * @param fileBlock the first of the blocks in the file
   * @param count all in the page of {@code fileBlock}
   * @param home the block that would lie together with the rest of the page; −1 if the page has no
   *     block yet, or none at its place
   * @param goal the block that would go on from the page before; −1 for no preference
   */
  public void allocateReserved(
      PageOwner owner, long fileBlock, int count, long home, long goal, BlockRun out) {
    int place = (int) (fileBlock & (blocksPerFrame - 1));
    if (fileBlock < 0 || count <= 0 || place + count > blocksPerFrame) {
      throw new IllegalArgumentException(
          "blocks [" + fileBlock + ", +" + count + "): must lie in one page");
    }
    long page = fileBlock >>> shift;
    synchronized (parts) {
      requireCounted(count);
      if (!takeAtHome(owner, page, place, count, frameOf(home, place), out)
          && !(count < blocksPerFrame && isTight() && takeLoose(place, count, out))
          && !(home < 0 && takeNewFrame(owner, page, place, count, frameOf(goal, place), out))
          && !takeLoose(place, count, out)) {
        takeHeldFrame(owner, page, place, count, out);
      }
      settle();
    }
  }

  /**
   * Takes at least one and at most {@code frames} consecutive whole frames for whole pages, out of
   * the blocks that the caller reserved, at least as many as all of them have.
   *
   * @param goal the block to begin with if possible; −1 for no preference
   * @param out in blocks
   * @return false if there is no whole frame; then the pages are had in parts
   */
  public boolean allocateReservedFrames(long frames, long goal, BlockRun out) {
    if (frames <= 0) {
      throw new IllegalArgumentException("frames " + frames + ": must be positive");
    }
    synchronized (parts) {
      requireCounted(frames << shift);
      if (held < frames && reserveFrames(frames - held)) {
        held = frames;
      }
      if (held == 0 && reserveFrames(1)) {
        held = 1;
      }
      if (held == 0) {
        return false;
      }
      space.allocateReserved(Math.min(frames, held), frameOf(goal, 0), out);
      held -= out.count();
      counted -= out.count() << shift;
      out.set(out.start() << shift, out.count() << shift);
      settle();
      return true;
    }
  }

  /**
   * Takes all of these very blocks of one frame, or none, out of what the caller reserved: so that
   * a page of which some blocks lie there becomes one piece.
   *
   * @param which a bit per block of the frame
   * @return false: some are used, or kept for another page, or the frame is not in parts
   */
  public boolean takeReserved(PageOwner owner, long page, long pfn, int which) {
    int count = Integer.bitCount(which);
    synchronized (parts) {
      requireCounted(count);
      int i = parts.find(pfn);
      if (i == NONE
          || (parts.used(i) & which) != 0
          || parts.owner(i) != null && !parts.isOwnedBy(i, owner, page)) {
        return false;
      }
      count(parts.owner(i) != null, -count);
      counted -= count;
      use(i, which);
      settle();
      return true;
    }
  }

  /**
   * Undoes an allocation out of what was reserved: the blocks are free, and as many are reserved as
   * before.
   */
  public void freeReserved(long block, long count) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    synchronized (parts) {
      divide(block, count, this::freePartReserved, this::freeFramesReserved);
      settle();
    }
  }

  private void freePartReserved(long block, long count) {
    int i = parts.find(block >>> shift);
    if (i != NONE && parts.owner(i) != null) {
      release(i); // or it would be kept again, and count for nobody
    }
    freePart(block, count, count);
  }

  private void freeFramesReserved(long block, long count) {
    long frames = count >>> shift;
    requireUndivided(block >>> shift, frames);
    space.freeReserved(block >>> shift, frames);
    held += frames;
    counted += count;
  }

  // ---------------------------------------------------------------- frames of pages

  /** What is kept for a file's pages is loose from now on: the file is put away. */
  public void releaseAll(PageOwner owner) {
    synchronized (parts) {
      while (owner.firstPart != NONE) {
        release(owner.firstPart);
      }
    }
  }

  private void release(int i) {
    makeLoose(i);
    settle();
  }

  private void makeLoose(int i) {
    int rest = blocksPerFrame - Integer.bitCount(parts.used(i));
    parts.setOwner(i, null, 0);
    kept -= rest;
    loose += rest;
  }

  /** Whether the rest of a frame is kept for a page. */
  boolean isKept(long pfn) {
    synchronized (parts) {
      int i = parts.find(pfn);
      return i != NONE && parts.owner(i) != null;
    }
  }

  /** Of the frames that are kept for pages; −1: there is none. */
  private int mostUsedOfKept() {
    int i = NONE;
    for (int used = blocksPerFrame - 1; used > 0 && i == NONE; used--) {
      i = parts.first(true, used);
    }
    return i;
  }

  // ---------------------------------------------------------------- giving back

  /**
   * Gives back blocks that no commit has shown: reusable at once. What is given back of a frame
   * that is kept for a page is kept for it again.
   *
   * @throws IllegalStateException some block was free already: the caller's books are wrong, and
   *     nothing is certain any more
   */
  public void free(long block, long count) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    divide(block, count, this::freePart, this::freeFrames);
  }

  /**
   * Gives back blocks that commit {@code commit} no longer shows: reusable when the one behind it
   * is durable.
   */
  public void freeAfter(long block, long count, long commit) {
    Objects.checkFromIndexSize(block, count, totalBlocks());
    divide(
        block,
        count,
        (b, n) -> {
          if (!delayed.add(b, n, commit)) {
            freePart(b, n);
          }
        },
        (b, n) -> {
          requireUndivided(b >>> shift, n >>> shift);
          space.freeAfter(b >>> shift, n >>> shift, commit);
        });
  }

  /** Told by {@link Space#committed}. */
  void committed(long commit) {
    delayed.committed(commit, freePart);
  }

  boolean isWaitingForCommit() {
    return delayed.waiting() > 0;
  }

  /** Parts of frames one by one, whole frames together. */
  private void divide(long block, long count, RunTaker part, RunTaker frames) {
    long end = block + count;
    for (long at = block; at < end; ) {
      if (isWhole(at, end)) {
        long to = end & -blocksPerFrame;
        frames.take(at, to - at);
        at = to;
      } else {
        long to = Math.min(end, frameEnd(at));
        part.take(at, to - at);
        at = to;
      }
    }
  }

  private void freeFrames(long block, long count) {
    requireUndivided(block >>> shift, count >>> shift);
    space.free(block >>> shift, count >>> shift);
  }

  private void requireUndivided(long pfn, long count) {
    synchronized (parts) {
      if (parts.hasAny(pfn, count)) {
        throw freeAlready(pfn << shift, count << shift);
      }
    }
  }

  private void freePart(long block, long count) {
    freePart(block, count, 0);
  }

  /**
   * Gives back blocks of one frame.
   *
   * @param reserved how many of them are reserved at once
   */
  private void freePart(long block, long count, long reserved) {
    int mask = mask(block, count);
    long pfn = block >>> shift;
    synchronized (parts) {
      int i = parts.find(pfn);
      if (i == NONE) {
        if (!space.isUsed(pfn)) {
          throw freeAlready(block, count);
        }
        parts.add(pfn, full & ~mask);
        loose += count;
        counted += reserved;
        settle();
        return;
      }
      int used = parts.used(i);
      if ((used & mask) != mask) {
        throw freeAlready(block, count);
      }
      boolean owned = parts.owner(i) != null;
      if (used != mask) {
        parts.setUsed(i, used & ~mask);
        count(owned, count);
      } else {
        parts.remove(i);
        count(owned, count - blocksPerFrame);
        space.freeAndReserve(pfn);
        held++;
      }
      counted += reserved;
      settle();
    }
  }

  private IllegalStateException freeAlready(long block, long count) {
    return new IllegalStateException(
        "blocks [" + block + ", +" + count + ") are given back, but some of them were free");
  }

  // ---------------------------------------------------------------- figures

  /** Blocks of the device. */
  public long totalBlocks() {
    return space.totalBlocks() << shift;
  }

  /** Blocks that nothing occupies. */
  public long freeBlocks() {
    synchronized (parts) {
      return (space.freeBlocks() << shift) + loose + kept;
    }
  }

  /** Blocks that may be reserved now; what is kept for pages is given up for that. */
  public long usableBlocks() {
    synchronized (parts) {
      return (Math.max(0, space.usableBlocks() - headroom) << shift) + spare() + kept;
    }
  }

  /** Blocks that are kept for pages of which other blocks are used. */
  public long keptBlocks() {
    synchronized (parts) {
      return kept;
    }
  }

  /** Blocks that are free in frames of which others are used, and are kept for nobody. */
  public long looseBlocks() {
    synchronized (parts) {
      return loose;
    }
  }

  /** Blocks that were given back and wait for a commit, in whole frames and in parts. */
  public long delayedBlocks() {
    return (space.delayedBlocks() << shift) + delayed.waiting();
  }

  /** Frames that are in use by parts. */
  public int dividedFrames() {
    synchronized (parts) {
      return parts.size();
    }
  }

  /** Whether the block is in use, or on its way back. */
  public boolean isUsed(long block) {
    Objects.checkIndex(block, totalBlocks());
    synchronized (parts) {
      int i = parts.find(block >>> shift);
      return i == NONE ? space.isUsed(block >>> shift) : (parts.used(i) & mask(block, 1)) != 0;
    }
  }

  @Override
  public String toString() {
    synchronized (parts) {
      return "Fragments[%s, %d frames in parts, %d blocks loose, %d kept, %d reserved, %d frames held]"
          .formatted(region, parts.size(), loose, kept, counted, held);
    }
  }

  // ---------------------------------------------------------------- under the lock

  private boolean takeAtHome(
      PageOwner owner, long page, int place, int count, long pfn, BlockRun out) {
    int i = pfn < 0 ? NONE : parts.find(pfn);
    if (i == NONE) {
      return false;
    }
    int n = freeRun(parts.used(i), place, count);
    boolean owned = parts.isOwnedBy(i, owner, page);
    if (n == 0 || parts.owner(i) != null && !owned) {
      return false;
    }
    count(owned, -n);
    counted -= n;
    out.set((pfn << shift) + place, n);
    if (use(i, mask(place, n)) && !owned) {
      keepRest(i, owner, page);
    }
    return true;
  }

  private boolean takeNewFrame(
      PageOwner owner, long page, int place, int count, long goal, BlockRun out) {
    if (!reserveFrames(1)) {
      return false;
    }
    divideFrame(owner, page, place, count, goal, out);
    return true;
  }

  /** What is reserved and not loose is held. */
  private void takeHeldFrame(PageOwner owner, long page, int place, int count, BlockRun out) {
    if (held == 0) {
      throw new IllegalStateException(this + ": what was reserved is not there");
    }
    held--;
    divideFrame(owner, page, place, count, -1, out);
  }

  /** A frame that was reserved in Space. */
  private void divideFrame(
      PageOwner owner, long page, int place, int count, long goal, BlockRun out) {
    space.allocateReserved(1, goal, out);
    long pfn = out.start();
    out.set((pfn << shift) + place, count);
    counted -= count;
    if (count < blocksPerFrame) {
      int i = parts.add(pfn, mask(place, count));
      loose += blocksPerFrame - count;
      keepRest(i, owner, page);
    }
  }

  /** Whether whole frames are better left for pages, and for nodes of the tree. */
  private boolean isTight() {
    return space.usableBlocks() < space.totalBlocks() >>> TIGHT_SHIFT;
  }

  /** Where most is used first. */
  private boolean takeLoose(int place, int count, BlockRun out) {
    for (int used = blocksPerFrame - 1; used > 0; used--) {
      int i = parts.first(false, used);
      if (i != NONE) {
        takeLoose(i, place, count, out);
        return true;
      }
    }
    return false;
  }

  private void takeLoose(int i, int place, int count, BlockRun out) {
    int used = parts.used(i);
    int at = place;
    int n = freeRun(used, at, count);
    if (n == 0) {
      at = Integer.numberOfTrailingZeros(~used);
      n = freeRun(used, at, count);
    }
    loose -= n;
    counted -= n;
    out.set((parts.frame(i) << shift) + at, n);
    use(i, mask(at, n));
  }

  /** Marks blocks as used; returns whether the frame is still in parts. */
  private boolean use(int i, int mask) {
    int used = parts.used(i) | mask;
    if (used == full) {
      parts.remove(i);
      return false;
    }
    parts.setUsed(i, used);
    return true;
  }

  /** Keeps what is loose in a frame for a page, unless what is reserved needs it. */
  private void keepRest(int i, PageOwner owner, long page) {
    int rest = blocksPerFrame - Integer.bitCount(parts.used(i));
    if (spare() < rest) {
      if (!reserveFrames(1)) {
        return;
      }
      held++;
    }
    loose -= rest;
    kept += rest;
    parts.setOwner(i, owner, page);
  }

  /** Blocks that are loose or held, and not reserved. */
  private long spare() {
    return loose + (held << shift) - counted;
  }

  /** Lets go of frames that what is reserved does not need. */
  private void settle() {
    long frames = Math.min(held, spare() >> shift);
    if (frames > 0) {
      held -= frames;
      space.unreserve(frames);
    }
  }

  private void count(boolean owned, long delta) {
    if (owned) {
      kept += delta;
    } else {
      loose += delta;
    }
  }

  private boolean reserveFrames(long count) {
    return space.usableBlocks() - count >= headroom && space.tryReserve(count);
  }

  private boolean tryReserve(long count) {
    synchronized (parts) {
      if (count > totalBlocks()) {
        return false;
      }
      long missing = count - spare();
      if (missing > 0) {
        long frames = (missing + blocksPerFrame - 1) >> shift;
        if (!reserveFrames(frames)) {
          return false;
        }
        held += frames;
      }
      counted += count;
      return true;
    }
  }

  private void requireCounted(long count) {
    if (count < 0 || count > counted) {
      throw new IllegalStateException(
          "%s: %d blocks of a reservation of %d".formatted(region, count, counted));
    }
  }

  // ---------------------------------------------------------------- numbers

  /** The frame in which a block has the place {@code place}; −1 if that is not its place. */
  private long frameOf(long block, int place) {
    return block < 0 || ((block - place) & (blocksPerFrame - 1)) != 0 ? -1 : block >>> shift;
  }

  private boolean isWhole(long block, long end) {
    return (block & (blocksPerFrame - 1)) == 0 && end - block >= blocksPerFrame;
  }

  private long frameEnd(long block) {
    return (block | (blocksPerFrame - 1)) + 1;
  }

  /** Bits of blocks that lie in one frame. */
  private int mask(long block, long count) {
    return ((1 << count) - 1) << (block & (blocksPerFrame - 1));
  }

  /** How many blocks of a frame are free from {@code place} on, at most {@code limit}. */
  private int freeRun(int used, int place, int limit) {
    return Math.min(limit, Integer.numberOfTrailingZeros((used | ~full) >>> place));
  }
}
