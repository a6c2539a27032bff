package io.jdax.fs.space;

import static io.jdax.fs.space.PartTable.NONE;

/**
 * Where the blocks of a page come from.
 *
 * <p><b>A page's frame.</b> The first block of a page takes a whole frame, lies in it where it lies
 * in the page, and has the rest kept for the page. So the page ends up together and aligned, and
 * can be mapped in place once it is whole; until then no mapping shows the frame, and what is kept
 * of it is given up as soon as a reservation needs it. Only when few frames are left are loose
 * blocks taken instead, each time from the frame with the most used blocks, so that the others may
 * become whole again.
 *
 * <p>Not thread safe.
 */
final class PartAllocator {
  /** Pages no longer get frames of their own for a block when an eighth of the device is left. */
  private static final int TIGHT_SHIFT = 3;

  private final Space space;
  private final FrameDivision division;
  private final PartTable parts;
  private final PartAccounts accounts;

  PartAllocator(Space space, FrameDivision division, PartTable parts, PartAccounts accounts) {
    this.space = space;
    this.division = division;
    this.parts = parts;
    this.accounts = accounts;
  }

  /**
   * Takes at least one and at most {@code count} consecutive blocks, out of what is reserved: where
   * the rest of the page is, else at the page's place in a new frame, whose rest is kept for the
   * page, or anywhere when frames are few.
   *
   * @param place of the first of the blocks in the page
   * @param home see {@link Fragments#allocateReserved}
   * @param goal see there
   */
  void allocate(
      PageOwner owner, long page, int place, int count, long home, long goal, BlockRun out) {
    if (!takeAtHome(owner, page, place, count, division.frameAt(home, place), out)
        && !(count < division.blocksPerFrame && isTight() && takeLoose(place, count, out))
        && !(home < 0
            && takeNewFrame(owner, page, place, count, division.frameAt(goal, place), out))
        && !takeLoose(place, count, out)) {
      takeHeldFrame(owner, page, place, count, out);
    }
  }

  /** Marks blocks of a frame as used; returns whether some of the frame are still free. */
  boolean use(int i, int mask) {
    int used = parts.usedMask(i) | mask;
    if (used == division.full) {
      parts.remove(i);
      return false;
    }
    parts.setUsedMask(i, used);
    return true;
  }

  private boolean takeAtHome(
      PageOwner owner, long page, int place, int count, long pfn, BlockRun out) {
    int i = pfn < 0 ? NONE : parts.find(pfn);
    if (i == NONE) {
      return false;
    }
    int n = division.freeRun(parts.usedMask(i), place, count);
    boolean owned = parts.isOwnedBy(i, owner, page);
    if (n == 0 || parts.owner(i) != null && !owned) {
      return false;
    }
    accounts.addFree(owned, -n);
    accounts.unreserve(n);
    out.set(division.blocksOf(pfn) + place, n);
    if (use(i, division.mask(place, n)) && !owned) {
      keepRest(i, owner, page);
    }
    return true;
  }

  private boolean takeNewFrame(
      PageOwner owner, long page, int place, int count, long goal, BlockRun out) {
    if (!accounts.hold(1)) {
      return false;
    }
    divideFrame(owner, page, place, count, goal, out);
    return true;
  }

  /** Takes one of the frames that are held for what is reserved and not loose. */
  private void takeHeldFrame(PageOwner owner, long page, int place, int count, BlockRun out) {
    if (accounts.heldFrames() == 0) {
      throw new IllegalStateException("what was reserved is not there: " + accounts);
    }
    divideFrame(owner, page, place, count, -1, out);
  }

  /** Takes a frame that is held. */
  private void divideFrame(
      PageOwner owner, long page, int place, int count, long goal, BlockRun out) {
    accounts.spend(1);
    owner.takerOr(space.anywhere).take(page, 1, goal, out);
    long pfn = out.start();
    out.set(division.blocksOf(pfn) + place, count);
    accounts.unreserve(count);
    if (count < division.blocksPerFrame) {
      int i = parts.add(pfn, division.mask(place, count));
      accounts.addFree(false, division.blocksPerFrame - count);
      keepRest(i, owner, page);
    }
  }

  /**
   * Whether so few frames are left that they had rather go to whole pages and nodes of the tree.
   */
  private boolean isTight() {
    return space.usableFrames() < space.totalFrames() >>> TIGHT_SHIFT;
  }

  /** Takes loose blocks where most blocks are used. */
  private boolean takeLoose(int place, int count, BlockRun out) {
    for (int used = division.blocksPerFrame - 1; used > 0; used--) {
      int i = parts.firstWith(false, used);
      if (i != NONE) {
        takeLoose(i, place, count, out);
        return true;
      }
    }
    return false;
  }

  private void takeLoose(int i, int place, int count, BlockRun out) {
    int used = parts.usedMask(i);
    int at = place;
    int n = division.freeRun(used, at, count);
    if (n == 0) {
      at = Integer.numberOfTrailingZeros(~used);
      n = division.freeRun(used, at, count);
    }
    accounts.addFree(false, -n);
    accounts.unreserve(n);
    out.set(division.blocksOf(parts.frame(i)) + at, n);
    use(i, division.mask(at, n));
  }

  /** Keeps what is loose in a frame for a page, unless what is reserved needs it. */
  private void keepRest(int i, PageOwner owner, long page) {
    int rest = division.rest(parts.usedMask(i));
    if (accounts.spareBlocks() < rest && !accounts.hold(1)) {
      return;
    }
    accounts.keep(rest);
    parts.setOwner(i, owner, page);
  }
}
