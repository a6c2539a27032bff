package io.jdax.fs.space;

import io.jdax.fs.error.NoSpaceException;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a device, first how many and then which.
 *
 * <p>Taking frames is two steps: first the count ({@link FrameAccounts}), against the floor that
 * the taker must leave, then the bits ({@link FreeMap}), which then are sure to be there. So there
 * is no moment at which a frame was found but may not be had. What files keep ahead of their ends
 * is taken by its bits alone ({@link RunsAhead}), and counts as free.
 *
 * <p><b>Giving back.</b> What no commit has ever shown may be reused at once ({@link #free}). What
 * commit N stops showing is still shown by commit N − 1, whose superblock is the fallback until N +
 * 1 has replaced it: reusable once N + 1 is durable ({@link #freeAfter}).
 *
 * <p>Any thread may call.
 */
public final class Space implements AutoCloseable {
  /** How many frames a 2 MiB page has, which is what {@link #allocateHuge} takes. */
  public static final int HUGE_FRAMES = FreeMap.HUGE_FRAMES;

  /** See {@link FrameAccounts}. */
  static final int ITEMS_PER_NODE = FrameAccounts.ITEMS_PER_NODE;

  private final String region;
  private final FreeMap map;
  private final FrameAccounts accounts;
  private final RunsAhead ahead;
  private final DelayedFrees delayed = new DelayedFrees();

  /** Takes frames for pages of a file that has no place in particular for them. */
  final FrameTaker anywhere = (_, count, goal, out) -> allocateReserved(count, goal, out);

  /** Made in advance, since after a commit nothing may need memory that could be refused. */
  private final RunTaker free = this::free;

  /** The frames that are in use by parts, on a device with blocks smaller than frames. */
  private volatile @Nullable Fragments fragments;

  /** What else waits for commits. */
  private volatile @Nullable CommitFollower follower;

  /** The frame after the last one that became a node. */
  private volatile long nodeGoal;

  /**
   * Makes a space in which everything is free.
   *
   * @param region what messages call the device
   * @param frames of the device, superblocks and all
   */
  public Space(String region, long frames) {
    this.region = region;
    this.map = new FreeMap(frames);
    this.accounts = new FrameAccounts(frames);
    this.ahead = new RunsAhead(map, accounts);
  }

  // ---------------------------------------------------------------- mount

  /**
   * Takes these very frames, in the mount's walk.
   *
   * @return −1, or the first of them that is in use already; then nothing has changed
   * @throws IndexOutOfBoundsException they do not lie on the device
   */
  public long markUsed(long pfn, long count) {
    long conflict = map.markUsed(pfn, count);
    if (conflict < 0) {
      accounts.takeFound(count);
    }
    return conflict;
  }

  // ---------------------------------------------------------------- data

  /**
   * Takes at least one and at most {@code count} consecutive frames for data. They hold whatever
   * was there.
   *
   * @param goal the frame to begin with if possible, or −1 for no preference
   * @throws NoSpaceException not even one is usable
   */
  public void allocate(long count, long goal, BlockRun out) throws NoSpaceException {
    long granted = accounts.takeForDataUpTo(requirePositive(count));
    if (granted == 0) {
      throw noSpace(count + " blocks of data", accounts.dataFloor());
    }
    allocateReserved(granted, goal, out);
    accounts.giveBack(granted - out.count());
  }

  /**
   * Takes a 2 MiB page for data: 512 frames, of which the first has a number divisible by 512.
   *
   * @param goal where to begin the search, or −1 for no preference
   * @return false if no such page is free, though smaller pieces may be
   */
  public boolean allocateHuge(long goal, BlockRun out) {
    if (!accounts.takeForData(FreeMap.HUGE_FRAMES)) {
      return false;
    }
    if (map.allocateHuge(goal, out)) {
      return true;
    }
    accounts.giveBack(FreeMap.HUGE_FRAMES);
    return false;
  }

  /**
   * Sets {@code count} frames aside for data, none in particular: all or nothing.
   *
   * @throws NoSpaceException fewer are usable
   */
  public void reserve(long count) throws NoSpaceException {
    if (!tryReserve(count)) {
      throw noSpace(count + " blocks of data", accounts.dataFloor());
    }
  }

  /**
   * As {@link #reserve}, for data that was accepted, and so from the reserve if need be.
   *
   * @return false if there are fewer; then nothing has changed
   */
  public boolean reserveForAccepted(long count) {
    return accounts.take(requirePositive(count), 0);
  }

  /**
   * Takes at least one and at most {@code count} consecutive frames out of what the caller
   * reserved.
   *
   * @param goal the frame to begin with if possible, or −1 for no preference
   */
  public void allocateReserved(long count, long goal, BlockRun out) {
    while (!map.allocate(requirePositive(count), goal, out)) {
      if (map.freeFrames() == 0 && !ahead.giveBackAll()) {
        throw new IllegalStateException(region + ": more frames are taken than were reserved");
      }
      // Others took and gave back while the search passed by.
      Thread.onSpinWait();
    }
  }

  /** Undoes {@link #allocateReserved}: the frames are free, and as many are reserved as before. */
  public void freeReserved(long pfn, long count) {
    map.free(pfn, count);
  }

  /** Gives up a reservation, or the rest of one. */
  public void unreserve(long count) {
    accounts.giveBack(count);
  }

  // ---------------------------------------------------------------- ahead

  /**
   * Keeps frames for what a file will have next, in one piece, instead of those that it has kept
   * until now. They count as free: see {@link RunsAhead}.
   *
   * @param count how many at most; there may be fewer
   * @param wanted how many of them will be taken right after this
   * @param goal the frame to begin with if possible, or −1 for no preference
   * @return false if too few are usable, or those that are wanted are at the goal, where there is
   *     no room for more; then the run has none
   */
  public boolean keepAhead(RunAhead run, long count, long wanted, long goal) {
    return ahead.keep(run, requirePositive(count), wanted, goal);
  }

  /**
   * As {@link #keepAhead}, a 2 MiB page.
   *
   * @param goal where to begin the search, or −1 for no preference
   */
  public boolean keepHugeAhead(RunAhead run, long goal) {
    return ahead.keepHuge(run, goal);
  }

  /**
   * As {@link #allocateReserved}, out of what was kept.
   *
   * @param pfn the frame to begin with
   * @return false if the run does not begin with it; then nothing was taken
   */
  public boolean takeAhead(RunAhead run, long pfn, long count, BlockRun out) {
    return run.take(pfn, requirePositive(count), out);
  }

  /** Keeps none for a file any more. */
  public void giveBackAhead(RunAhead run) {
    ahead.giveBack(run);
  }

  /** Keeps none for any file any more. */
  public void giveBackAllAhead() {
    boolean _ = ahead.giveBackAll();
  }

  /** How many frames are kept for what files will have next: a part of those that are free. */
  public long aheadFrames() {
    return ahead.frames();
  }

  // ---------------------------------------------------------------- promises

  /** Tells how many nodes the tree has from now on. */
  public void setNodes(long count) {
    accounts.setTreeNodes(count);
  }

  /** As {@link #promise}, for what the mount has found, since it was promised before. */
  public void promisedBefore(long items) {
    accounts.promiseFound(items);
  }

  /**
   * Makes sure that {@code items} of up to 32 bytes can be recorded in the tree later, from the
   * reserve, however full the device is then. Called when a store is accepted whose extent is not
   * in the tree yet; a store into the middle of an unwritten extent makes two items more than there
   * were.
   *
   * @throws NoSpaceException they can't be; nothing was promised
   */
  public void promise(long items) throws NoSpaceException {
    FailurePoint.ALLOCATION.reach();
    if (!accounts.promise(items)) {
      throw noSpace("the record of " + items + " extents", accounts.dataFloor());
    }
  }

  /** Ends a promise: the items have been recorded, or won't be. */
  public void recorded(long items) {
    accounts.recorded(items);
  }

  /** How many items of the tree are promised. */
  public long promisedItems() {
    return accounts.promisedItems();
  }

  /** How many nodes so many items take. */
  public static long nodesFor(long items) {
    return FrameAccounts.nodesFor(items);
  }

  // ---------------------------------------------------------------- nodes

  /**
   * Sets frames aside for nodes of the tree: all or nothing.
   *
   * @param fromReserve whether the change records an accepted store or gives space back, and so may
   *     use the reserve
   * @throws NoSpaceException fewer are usable
   */
  public void reserveNodes(int count, boolean fromReserve) throws NoSpaceException {
    long floor = fromReserve ? 0 : accounts.growthFloor(count);
    if (!accounts.take(count, floor)) {
      throw noSpace(count + " blocks of metadata", floor);
    }
  }

  /** How many nodes a change that may use the reserve can have now. */
  public long nodesAtHand() {
    return accounts.unreservedFrames();
  }

  /** Gives up what is left of a reservation for nodes. */
  public void releaseNodes(int count) {
    accounts.giveBack(count);
  }

  /**
   * Takes one of the frames that the caller reserved; nodes lie close together.
   *
   * @param scratch for the answer of the search
   * @return the frame
   */
  public long allocateNode(BlockRun scratch) {
    allocateReserved(1, nodeGoal, scratch);
    nodeGoal = scratch.end();
    return scratch.start();
  }

  /** Whether changes may soon run out of nodes while frames wait for commits to come back. */
  public boolean commitWouldHelp(int nodes) {
    return accounts.unreservedFrames() < accounts.dataFloor() + nodes && isWaitingForCommit();
  }

  // ---------------------------------------------------------------- giving back

  /** Gives back frames that no commit has shown: reusable at once. */
  public void free(long pfn, long count) {
    map.free(pfn, count);
    accounts.giveBack(count);
  }

  /**
   * Gives back frames that commit {@code commit} no longer shows: reusable when the one after it is
   * durable.
   */
  public void freeAfter(long pfn, long count, long commit) {
    if (!delayed.add(pfn, count, commit)) {
      free(pfn, count);
    }
  }

  /**
   * Allocates what so many {@link #freePrepared} of the change that is about to be done need, so
   * that they can't fail.
   *
   * @param commit the one that the change will be in
   */
  public void prepareFrees(int runs, long commit) {
    delayed.prepare(runs, commit);
  }

  /** As {@link #freeAfter}, after {@link #prepareFrees} and before {@code commit}. */
  public void freePrepared(long pfn, long count, long commit) {
    delayed.addPrepared(pfn, count, commit);
  }

  /**
   * Frees what waited for commit {@code commit}, which is durable: recovery no longer falls back
   * past the commit before it.
   */
  public void committed(long commit) {
    delayed.committed(commit, free);
    Fragments parts = fragments;
    if (parts != null) {
      parts.committed(commit);
    }
    CommitFollower other = follower;
    if (other != null) {
      other.committed(commit);
    }
  }

  /** Tells somebody of every commit from now on. */
  public void follow(CommitFollower newFollower) {
    follower = newFollower;
  }

  /** Whether something else than frames and their parts waits for a commit. */
  public boolean isFollowerWaiting() {
    CommitFollower other = follower;
    return other != null && other.isWaitingForCommit();
  }

  // ---------------------------------------------------------------- frames in parts

  /** Lets commits free what waits for them in fragments, too. */
  void attach(Fragments parts) {
    fragments = parts;
  }

  /** As {@link #reserve}, but returns false if fewer are usable. */
  boolean tryReserve(long count) {
    return accounts.takeForData(requirePositive(count));
  }

  /** Gives back a frame, and reserves it by count at once, so that no other thread gets it. */
  void freeAndReserve(long pfn) {
    map.free(pfn, 1);
  }

  // ---------------------------------------------------------------- figures

  /** How many frames the device has. */
  public long totalFrames() {
    return map.frameCount();
  }

  /** How many frames nothing occupies, those that are kept for what files will have included. */
  public long freeFrames() {
    return ahead.frames() + map.freeFrames();
  }

  /** How many frames an allocation of data may have now. */
  public long usableFrames() {
    return accounts.framesAbove(accounts.dataFloor());
  }

  /** How many frames were given back and wait for a commit. */
  public long delayedFrames() {
    return delayed.waitingCount();
  }

  /** Whether frames, or parts of them, wait for a commit to come back. */
  public boolean isWaitingForCommit() {
    Fragments parts = fragments;
    return delayed.waitingCount() > 0 || parts != null && parts.isWaitingForCommit();
  }

  /** Whether the frame is in use, on its way back, or kept for what a file will have. */
  public boolean isUsed(long pfn) {
    return map.isUsed(pfn);
  }

  @Override
  public void close() {
    giveBackAllAhead();
    assert ahead.frames() == 0 : "frames are ahead of no file: " + ahead.frames();
    map.close();
  }

  @Override
  public String toString() {
    return "Space[%s, %d of %d frames free, %d usable, %d delayed]"
        .formatted(region, freeFrames(), totalFrames(), usableFrames(), delayedFrames());
  }

  private NoSpaceException noSpace(String wanted, long floor) {
    return new NoSpaceException(
        region, wanted, Units.PAGE_BYTES, freeFrames(), accounts.framesAbove(floor));
  }

  private static long requirePositive(long count) {
    if (count <= 0) {
      throw new IllegalArgumentException("count " + count + ": must be positive");
    }
    return count;
  }
}
