package io.jdax.fs.space;

import static io.jdax.fs.space.PartTable.NONE;

import io.jdax.fs.error.NoSpaceException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Blocks that are smaller than a frame, 2, 4 or 8 to one. {@link Space} knows frames only; this is
 * what lies between it and files: it takes frames out of Space, gives them away in parts, and gives
 * a frame back as soon as nothing of it is used. Nothing is kept about a frame that is free, or
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
 * can be mapped in place. Only when Space has no frame to give are loose blocks given out, then
 * what was kept, after its owner was asked ({@link PageOwner#revoke}); each time from the frame of
 * which most is used, so that the others may become whole again.
 *
 * <p><b>Reserving by count.</b> What was reserved is always to be had, though not together:
 *
 * <pre>
 *   counted &lt;= loose + held * blocks per frame      held: frames that are reserved in Space for the purpose
 * </pre>
 *
 * holds whenever the lock is free. What is kept does not count: its owner may refuse to give it up.
 *
 * <p><b>Giving back.</b> As in Space, but block by block: a block that commit N stops showing stays
 * used until N + 1 is durable, whatever becomes of its neighbours. A frame goes back when the last
 * of its blocks does; each has waited for its own commit by then, so the frame has not to wait.
 *
 * <p>Numbers of blocks: block b is part b % n of frame b / n. Any thread may call. One lock, never
 * held while an owner is asked; whole frames pass by it where they can.
 */
public final class Fragments {
  private static final int FRAME_SHIFT = 12;

  private final String region;
  private final Space space;

  /** Blocks per frame, as a power of two. */
  private final int shift;

  private final int blocksPerFrame;

  /** All blocks of a frame. */
  private final int full;

  /** Guards itself and all below but {@link #delayed}. */
  private final PartTable parts = new PartTable();

  private final DelayedFrees delayed = new DelayedFrees();
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
   */
  public Fragments(String region, Space space, int blockShift) {
    if (blockShift < 9 || blockShift >= FRAME_SHIFT) {
      throw new IllegalArgumentException(
          "block shift " + blockShift + ": blocks of 512, 1024 or 2048 bytes divide a frame");
    }
    this.region = region;
    this.space = space;
    this.shift = FRAME_SHIFT - blockShift;
    this.blocksPerFrame = 1 << shift;
    this.full = (1 << blocksPerFrame) - 1;
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

  // ---------------------------------------------------------------- taking

  /**
   * Takes at least one and at most {@code count} consecutive blocks for one page of a file: where
   * the rest of the page is, else at the page's place in a new frame, of which the rest is kept for
   * the page; under pressure anywhere. What is in them is whatever was there.
   *
   * @param owner of the page; may be asked meanwhile to give up other pages' frames, not this one's
   * @param fileBlock the first of the blocks in the file
   * @param count all in the page of {@code fileBlock}
   * @param home the block that would lie together with the rest of the page; −1 if the page has no
   *     block yet, or none at its place
   * @param goal the block that would go on from the page before; −1 for no preference
   * @throws NoSpaceException not even one is usable; more may be on its way ({@link
   *     PageOwner#revoke}, {@link #freeAfter})
   */
  public void allocate(
      PageOwner owner, long fileBlock, int count, long home, long goal, BlockRun out)
      throws NoSpaceException {
    requireInPage(fileBlock, count);
    Round round = new Round(owner, fileBlock >>> shift);
    while (true) {
      synchronized (parts) {
        if (take(owner, fileBlock, count, home, goal, false, out)) {
          return;
        }
      }
      if (!round.ask()) {
        throw noSpace(count + " blocks of a page");
      }
    }
  }

  /**
   * As {@link #allocate}, out of what the caller reserved: always at least one, and no owner is
   * asked.
   */
  public void allocateReserved(
      PageOwner owner, long fileBlock, int count, long home, long goal, BlockRun out) {
    requireInPage(fileBlock, count);
    synchronized (parts) {
      requireCounted(count);
      if (!take(owner, fileBlock, count, home, goal, true, out)) {
        throw new IllegalStateException(this + ": what was reserved is not there");
      }
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
      if (held < frames && space.tryReserve(frames - held)) {
        held = frames;
      }
      if (held == 0 && space.tryReserve(1)) {
        held = 1;
      }
      if (held == 0) {
        return false;
      }
      space.allocateReserved(Math.min(frames, held), frameOf(goal, 0), out);
      held -= out.count();
      counted -= out.count() << shift;
      out.set(out.pfn() << shift, out.count() << shift);
      settle();
      return true;
    }
  }

  /**
   * Sets {@code count} blocks aside, none in particular: all or nothing. Asks owners if need be.
   *
   * @throws NoSpaceException fewer are usable
   */
  public void reserve(long count) throws NoSpaceException {
    if (count <= 0) {
      throw new IllegalArgumentException("count " + count + ": must be positive");
    }
    Round round = new Round(null, 0);
    while (!tryReserve(count)) {
      if (!round.ask()) {
        throw noSpace(count + " blocks of data");
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

  // ---------------------------------------------------------------- frames of pages

  /**
   * Whether a frame is a page's alone, so that the page may be mapped in place: all that is used of
   * it is the page's, and the rest is kept for the page, from now on if it was loose.
   *
   * @param own the blocks of the page that lie in the frame at their places, a bit each
   */
  public boolean adopt(PageOwner owner, long page, long pfn, int own) {
    synchronized (parts) {
      int i = parts.find(pfn);
      if (i == NONE) {
        return own == full;
      }
      if (parts.used(i) != own) {
        return false;
      }
      return parts.owner(i) == null ? keepRest(i, owner, page) : parts.isOwnedBy(i, owner, page);
    }
  }

  /**
   * Nothing is kept for a page any more; what was, is the caller's now, as if it had been taken: to
   * be given back with {@link #free} when no thread can reach the frame any more.
   *
   * @param taken is called under the lock
   * @return false if nothing of the frame was kept for the page
   */
  public boolean withdraw(PageOwner owner, long page, long pfn, RunTaker taken) {
    synchronized (parts) {
      int i = parts.find(pfn);
      if (i == NONE || !parts.isOwnedBy(i, owner, page)) {
        return false;
      }
      takeRest(i, taken);
      return true;
    }
  }

  /** As {@link #withdraw}, for all pages of a range. */
  public void withdrawAll(PageOwner owner, long firstPage, long endPage, RunTaker taken) {
    synchronized (parts) {
      for (int i = owner.firstPart; i != NONE; ) {
        int next = parts.nextOfOwner(i);
        if (parts.page(i) >= firstPage && parts.page(i) < endPage) {
          takeRest(i, taken);
        }
        i = next;
      }
    }
  }

  private void takeRest(int i, RunTaker taken) {
    int rest = full & ~parts.used(i);
    long start = parts.frame(i) << shift;
    kept -= Integer.bitCount(rest);
    parts.remove(i);
    while (rest != 0) {
      int from = Integer.numberOfTrailingZeros(rest);
      int count = Integer.numberOfTrailingZeros(~(rest >>> from));
      taken.take(start + from, count);
      rest &= ~mask(from, count);
    }
  }

  /**
   * Nothing is kept for a page any more; no mapping shows the frame, and no thread can reach it.
   */
  public void release(PageOwner owner, long page, long pfn) {
    synchronized (parts) {
      int i = parts.find(pfn);
      if (i != NONE && parts.isOwnedBy(i, owner, page)) {
        release(i);
      }
    }
  }

  /** As {@link #release}, for all pages: the file is put away. */
  public void releaseAll(PageOwner owner) {
    synchronized (parts) {
      while (owner.firstPart != NONE) {
        release(owner.firstPart);
      }
    }
  }

  private void release(int i) {
    int rest = blocksPerFrame - Integer.bitCount(parts.used(i));
    parts.setOwner(i, null, 0);
    kept -= rest;
    loose += rest;
    settle();
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
    delayed.committed(commit, this::freePart);
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

  /** Blocks that may be had now, if no owner refuses. */
  public long usableBlocks() {
    synchronized (parts) {
      return (space.usableBlocks() << shift) + spare() + kept;
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

  private boolean take(
      PageOwner owner,
      long fileBlock,
      int count,
      long home,
      long goal,
      boolean reserved,
      BlockRun out) {
    int place = (int) (fileBlock & (blocksPerFrame - 1));
    long page = fileBlock >>> shift;
    boolean done =
        takeAtHome(owner, page, place, count, frameOf(home, place), reserved, out)
            || home < 0 && takeNewFrame(owner, page, place, count, frameOf(goal, place), out)
            || takeAnything(owner, page, place, count, reserved, out);
    if (done) {
      counted -= reserved ? out.count() : 0;
      settle();
    }
    return done;
  }

  private boolean takeAtHome(
      PageOwner owner, long page, int place, int count, long pfn, boolean reserved, BlockRun out) {
    int i = pfn < 0 ? NONE : parts.find(pfn);
    if (i == NONE) {
      return false;
    }
    int n = freeRun(parts.used(i), place, count);
    boolean owned = parts.isOwnedBy(i, owner, page);
    if (!owned) {
      n = parts.owner(i) != null ? 0 : reserved ? n : affordable(n);
    }
    if (n == 0) {
      return false;
    }
    count(owned, -n);
    out.set((pfn << shift) + place, n);
    if (use(i, mask(place, n)) && !owned) {
      // As if it had been reserved still, until the caller of this subtracts it.
      keepRest(i, owner, page, reserved ? n : 0);
    }
    return true;
  }

  private boolean takeNewFrame(
      PageOwner owner, long page, int place, int count, long goal, BlockRun out) {
    if (!space.tryReserve(1)) {
      return false;
    }
    divideFrame(owner, page, place, count, goal, 0, out);
    return true;
  }

  /** A frame that was reserved in Space. */
  private void divideFrame(
      PageOwner owner, long page, int place, int count, long goal, int uncounted, BlockRun out) {
    space.allocateReserved(1, goal, out);
    long pfn = out.pfn();
    out.set((pfn << shift) + place, count);
    if (count < blocksPerFrame) {
      int i = parts.add(pfn, mask(place, count));
      loose += blocksPerFrame - count;
      keepRest(i, owner, page, uncounted);
    }
  }

  /** Where most is used first; a frame that is held, or can be, at last. */
  private boolean takeAnything(
      PageOwner owner, long page, int place, int count, boolean reserved, BlockRun out) {
    int n = reserved ? count : affordable(count);
    if (n == 0) {
      return false;
    }
    for (int used = blocksPerFrame - 1; used > 0; used--) {
      int i = parts.first(false, used);
      if (i != NONE) {
        takeLoose(i, place, n, out);
        return true;
      }
    }
    if (held == 0) {
      return false;
    }
    held--;
    divideFrame(owner, page, place, n, -1, reserved ? n : 0, out);
    return true;
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

  private boolean keepRest(int i, PageOwner owner, long page) {
    return keepRest(i, owner, page, 0);
  }

  /**
   * Keeps what is loose in a frame for a page, unless what was reserved needs it.
   *
   * @param uncounted blocks that were reserved and are taken, though still counted
   */
  private boolean keepRest(int i, PageOwner owner, long page, int uncounted) {
    int rest = blocksPerFrame - Integer.bitCount(parts.used(i));
    if (spare() + uncounted < rest) {
      if (!space.tryReserve(1)) {
        return false;
      }
      held++;
    }
    loose -= rest;
    kept += rest;
    parts.setOwner(i, owner, page);
    return true;
  }

  /** How many of {@code count} may be taken of what is loose or held and not reserved. */
  private int affordable(int count) {
    if (spare() < count && space.tryReserve(1)) {
      held++;
    }
    return (int) Math.min(count, spare());
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

  private boolean tryReserve(long count) {
    synchronized (parts) {
      if (count > totalBlocks()) {
        return false;
      }
      long missing = count - spare();
      if (missing > 0) {
        long frames = (missing + blocksPerFrame - 1) >> shift;
        if (!space.tryReserve(frames)) {
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

  private void requireInPage(long fileBlock, int count) {
    long place = fileBlock & (blocksPerFrame - 1);
    if (fileBlock < 0 || count <= 0 || place + count > blocksPerFrame) {
      throw new IllegalArgumentException(
          "blocks [" + fileBlock + ", +" + count + "): must lie in one page");
    }
  }

  // ---------------------------------------------------------------- asking

  /** Asks every owner once, the one with the most used frame first. */
  private final class Round {
    private final @Nullable PageOwner butOwner;
    private final long butPage;
    private int usedCount = blocksPerFrame;
    private int left;

    Round(@Nullable PageOwner butOwner, long butPage) {
      this.butOwner = butOwner;
      this.butPage = butPage;
    }

    /** Asks the next one; returns false if there is none. */
    boolean ask() {
      PageOwner owner;
      long page;
      long pfn;
      synchronized (parts) {
        int i = next();
        if (i == NONE) {
          return false;
        }
        owner = Objects.requireNonNull(parts.owner(i));
        page = parts.page(i);
        pfn = parts.frame(i);
      }
      owner.revoke(page, pfn);
      return true;
    }

    private int next() {
      while (true) {
        while (left == 0) {
          if (--usedCount == 0) {
            return NONE;
          }
          left = parts.count(true, usedCount);
        }
        left--;
        int i = parts.first(true, usedCount);
        if (i == NONE) {
          left = 0; // others gave them up
          continue;
        }
        parts.moveToEnd(i);
        if (butOwner == null || !parts.isOwnedBy(i, butOwner, butPage)) {
          return i;
        }
      }
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

  private NoSpaceException noSpace(String wanted) {
    return new NoSpaceException(region, wanted, freeBlocks(), usableBlocks());
  }
}
