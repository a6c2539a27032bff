package io.jdax.fs.space;

/**
 * How many blocks of divided frames are free and what for, and how many frames of {@link Space} are
 * set aside to make up what is missing. Blocks are first reserved, then taken out of that. What was
 * reserved can always be taken, though not in one piece, because
 *
 * <pre>
 *   reservedBlocks &lt;= looseBlocks + heldFrames * blocks per frame
 * </pre>
 *
 * <p>What is kept does not count: a reservation that needs it gives it up first. Not thread safe;
 * {@link #isSound} whenever the lock of whoever uses it is free.
 */
final class PartAccounts {
  private final String region;
  private final Space space;
  private final FrameDivision division;
  private final long headroomFrames;

  /** Free blocks of divided frames that are kept for no page. */
  private long looseBlocks;

  /** Free blocks of divided frames that are kept for the page whose frame it is. */
  private long keptBlocks;

  /** Blocks that callers have reserved and not taken yet. */
  private long reservedBlocks;

  /** Frames that are reserved in Space because there are fewer loose blocks than reserved ones. */
  private long heldFrames;

  /**
   * @param headroomFrames frames that data does not reserve, though they are usable
   */
  PartAccounts(String region, Space space, FrameDivision division, long headroomFrames) {
    this.region = region;
    this.space = space;
    this.division = division;
    this.headroomFrames = headroomFrames;
  }

  // ---------------------------------------------------------------- reserving

  /** Reserves blocks, all or none, if there are enough without those that are kept. */
  boolean tryReserve(long blocks) {
    if (blocks > division.blocksOf(space.totalFrames())) {
      return false;
    }
    long missing = blocks - spareBlocks();
    if (missing > 0 && !hold(division.frameOf(missing + division.blocksPerFrame - 1))) {
      return false;
    }
    reservedBlocks += blocks;
    return true;
  }

  /** Lets blocks be reserved no longer, because they were taken or are not needed. */
  void unreserve(long blocks) {
    reservedBlocks -= blocks;
  }

  /** Lets blocks that were taken be reserved again. */
  void reserveAgain(long blocks) {
    reservedBlocks += blocks;
  }

  void requireReserved(long blocks) {
    if (blocks < 0 || blocks > reservedBlocks) {
      throw new IllegalStateException(
          "%s: %d blocks of a reservation of %d".formatted(region, blocks, reservedBlocks));
    }
  }

  // ---------------------------------------------------------------- frames

  /** Reserves frames in Space, none in particular, all or nothing. */
  boolean hold(long frames) {
    if (space.usableFrames() - frames < headroomFrames || !space.tryReserve(frames)) {
      return false;
    }
    heldFrames += frames;
    return true;
  }

  /** Lets frames that were taken out of Space be reserved in it again. */
  void holdAgain(long frames) {
    heldFrames += frames;
  }

  /** Lets frames be held no longer, because they are taken out of Space. */
  void spend(long frames) {
    heldFrames -= frames;
  }

  /** Gives up the frames that what is reserved does not need. */
  void settle() {
    long frames = Math.min(heldFrames, spareBlocks() >> division.shift);
    if (frames > 0) {
      heldFrames -= frames;
      space.unreserve(frames);
    }
  }

  // ---------------------------------------------------------------- blocks

  /**
   * So many more blocks are free, or fewer.
   *
   * @param kept whether the frame's free blocks are kept for a page
   */
  void addFree(boolean kept, long blocks) {
    if (kept) {
      keptBlocks += blocks;
    } else {
      looseBlocks += blocks;
    }
  }

  /** Lets loose blocks be kept for a page from now on. */
  void keep(long blocks) {
    looseBlocks -= blocks;
    keptBlocks += blocks;
  }

  /** Lets kept blocks be loose from now on. */
  void makeLoose(long blocks) {
    keptBlocks -= blocks;
    looseBlocks += blocks;
  }

  /**
   * Whether the figures can be: what is reserved is there, no frame is held for nothing, and each
   * divided frame has some free blocks, but not all.
   */
  boolean isSound(int dividedFrames) {
    long spare = spareBlocks();
    long free = looseBlocks + keptBlocks;
    return looseBlocks >= 0
        && keptBlocks >= 0
        && reservedBlocks >= 0
        && heldFrames >= 0
        && spare >= 0
        && (heldFrames == 0 || spare < division.blocksPerFrame)
        && free >= dividedFrames
        && free <= (long) dividedFrames * (division.blocksPerFrame - 1);
  }

  // ---------------------------------------------------------------- figures

  /** How many blocks are loose, or in held frames, beyond those that are reserved. */
  long spareBlocks() {
    return looseBlocks + division.blocksOf(heldFrames) - reservedBlocks;
  }

  long looseBlocks() {
    return looseBlocks;
  }

  long keptBlocks() {
    return keptBlocks;
  }

  long heldFrames() {
    return heldFrames;
  }

  /** How many blocks of the device nothing occupies. */
  long freeBlocks() {
    return division.blocksOf(space.freeFrames()) + looseBlocks + keptBlocks;
  }

  /**
   * How many blocks may be reserved now, including those kept for pages, which are given up for
   * that.
   */
  long usableBlocks() {
    return division.blocksOf(Math.max(0, space.usableFrames() - headroomFrames))
        + spareBlocks()
        + keptBlocks;
  }

  @Override
  public String toString() {
    return "%d blocks loose, %d kept, %d reserved, %d frames held"
        .formatted(looseBlocks, keptBlocks, reservedBlocks, heldFrames);
  }
}
