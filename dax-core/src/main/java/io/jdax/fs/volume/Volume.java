package io.jdax.fs.volume;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.log.LogArea;
import io.jdax.fs.quota.Projects;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.FailurePoint;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.mm.PinAccess;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.os.AccessFault;
import io.jdax.os.Waits;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What all parts of one mounted file system share. */
public final class Volume {
  /** Tree items pending in one inode, above which it is folded. */
  private static final long MAX_PENDING_ITEMS = 16384;

  private static final long LEAVERS_NANOS = 50_000;

  /** How often a change fetches what others give up, while it has not all that it may want. */
  private static final int ROUNDS = 3;

  /** What a change of some steps may want. */
  private static final int NODES_AT_HAND = 64;

  public final Region region;
  public final Persister persister;
  public final Space space;
  public final DataSpace data;
  public final CowTree tree;
  public final LogArea log;
  public final FrameSpace frames;
  public final Units units;
  public final Media media;
  public final NameHash names;
  public final Projects projects;
  public final BadBlocks badBlocks;
  public final long maxPendingItems;
  public final AtomicLong nextInode = new AtomicLong(Keys.ROOT);
  public final AtomicLong inodeCount = new AtomicLong();
  private final LogFolder logFolder;
  private final AtomicInteger leavers = new AtomicInteger();

  /** What could not be given up; a list without objects of its own. */
  private final AtomicReference<@Nullable BlockRuns> stranded = new AtomicReference<>();

  /** What records all that open files have only noted; see {@link #foldWith}. */
  private volatile Runnable foldPending = () -> {};

  /** Who may make pins. While existing ones are looked for, not everybody. */
  private volatile PinRule pinRule = PinRule.ALL;

  private volatile boolean readOnly;
  private volatile boolean closed;

  public Volume(
      Persister persister,
      Space space,
      DataSpace data,
      CowTree tree,
      LogArea log,
      FrameSpace frames,
      Media media,
      NameHash names) {
    this.region = persister.region();
    this.persister = persister;
    this.space = space;
    this.data = data;
    this.tree = tree;
    this.log = log;
    this.logFolder = new LogFolder(this);
    log.whenHalfTaken(logFolder::wake);
    this.frames = frames;
    this.units = new Units(tree.info().blockShift());
    this.media = media;
    this.names = names;
    this.projects = new Projects(region.name(), tree.info().blockSize());
    this.maxPendingItems = Math.clamp(space.totalFrames() / 16, 64, MAX_PENDING_ITEMS);
    this.badBlocks = new BadBlocks(space);
    this.readOnly = persister.readOnly();
  }

  /** Bytes per block, as a power of two. */
  int blockShift() {
    return units.blockShift;
  }

  /** Blocks of the device. */
  public long totalBlocks() {
    return units.blocksOf(space.totalFrames());
  }

  /** Whether nothing can be made durable any more before the region is opened anew. */
  public boolean isLost() {
    return tree.failure() != null || region.writebacks().failure() != null;
  }

  /**
   * Whether new stores and changes are refused. What was accepted before may not be durable yet:
   * see {@link #isSettled}.
   */
  public boolean readOnly() {
    return readOnly;
  }

  /**
   * Whether all that was ever accepted is durable, and nothing can follow, so that there is nothing
   * to be done for whoever wants something durable. Not yet while the file system becomes
   * read-only.
   */
  public boolean isSettled() {
    return readOnly && tree.isFrozen();
  }

  public void setReadOnly(boolean readOnly) {
    this.readOnly = readOnly;
  }

  /** No call begins any more; or calls may begin again, since it stays open after all. */
  public void setClosed(boolean closed) {
    this.closed = closed;
  }

  /** Who may make pins. */
  public enum PinRule {
    ALL,
    /** None for writing: the file system is about to become read-only. */
    READERS,
    /** None: it is about to be closed. */
    NONE
  }

  /** Counts for pins that are made from now on, and for those that look for others after it. */
  public void setPinRule(PinRule rule) {
    pinRule = rule;
  }

  public void ensurePinnable(PinAccess access) throws ReadOnlyMountException {
    switch (pinRule) {
      case ALL -> {}
      case READERS -> {
        if (access == PinAccess.WRITE) {
          throw new ReadOnlyMountException(region.name());
        }
      }
      case NONE ->
          throw new IllegalStateException(
              "the file system on " + region.name() + " is being closed");
    }
  }

  public boolean isClosed() {
    return closed;
  }

  /** First of all that a caller asks for: see {@link AccessFault}. */
  public void ensureOpen() {
    AccessFault.deliver();
    if (closed) {
      throw new IllegalStateException("the file system on " + region.name() + " is closed");
    }
  }

  /**
   * First of all that a caller wants to change.
   *
   * @throws ReadOnlyMountException the file system is read-only
   * @throws TreeFailedException a commit has failed, so that nothing that is changed from now on
   *     could be kept
   */
  public void ensureWritable() throws ReadOnlyMountException, TreeFailedException {
    ensureOpen();
    if (readOnly) {
      throw new ReadOnlyMountException(region.name());
    }
    tree.ensureHealthy();
  }

  /**
   * Gives up blocks that a change took out of the tree, when no mapping shows them any more: first
   * until no thread can reach them, then until no commit that could be fallen back to shows them.
   * What can't be given up for want of memory is when the next one is, or space is wanted.
   *
   * @param commit that the change is in
   */
  public void giveUp(BlockRuns runs, long commit) {
    runs.commit = commit;
    boolean done = false;
    try {
      runs.giveTo(
          (block, count) -> {
            FailurePoint.ALLOCATION.reach();
            frames
                .quarantine()
                .add(
                    units.pageOf(block),
                    units.pageEnd(block + count) - units.pageOf(block),
                    (pfn, pages) -> data.freeAfter(block, count, commit));
          });
      done = true;
    } catch (OutOfMemoryError e) {
      // What the caller is about has happened, and nothing of it is lost.
    } finally {
      if (!done) {
        keep(runs);
      }
    }
    if (done && stranded.get() != null) {
      giveUpStranded();
    }
  }

  /** Allocates nothing. */
  private void keep(BlockRuns runs) {
    do {
      runs.next = stranded.get();
    } while (!stranded.compareAndSet(runs.next, runs));
  }

  private void giveUpStranded() {
    BlockRuns rest = stranded.getAndSet(null);
    try {
      while (rest != null) {
        BlockRuns runs = rest;
        rest = runs.next;
        giveUp(runs, runs.commit);
      }
    } finally {
      while (rest != null) {
        BlockRuns runs = rest;
        rest = runs.next;
        keep(runs);
      }
    }
  }

  /**
   * Begins a change that may make the tree grow. What is on its way back is fetched first if the
   * change might lack it.
   *
   * @throws ReadOnlyMountException also if the file system became read-only while the change before
   *     was waited for
   */
  public Change change() throws IOException {
    for (int i = 0; i < ROUNDS && space.usableFrames() < NODES_AT_HAND && isAnyLeaving(); i++) {
      bringBackSpace();
    }
    return admitted(tree.change());
  }

  /**
   * As {@link #change}, one that may use the reserve, since the tree does not grow: it removes
   * items, or replaces them by others of their size. The nodes that it takes come back.
   */
  public Change changeFromReserve() throws IOException {
    return admitted(tree.changeFromReserve());
  }

  private Change admitted(Change change) throws IOException {
    boolean admitted = false;
    try {
      ensureWritable();
      admitted = true;
      return change;
    } finally {
      if (!admitted) {
        change.close();
      }
    }
  }

  /**
   * Begins a change that gives space back, and may use the reserve. It is not refused for want of
   * blocks for nodes: those that it takes itself come back, see {@code docs/space.md}.
   */
  public Change freeing() throws IOException {
    return admitted(reaping());
  }

  /** As {@link #freeing}, also while the file system is about to become read-only, or to end. */
  public Change reaping() throws IOException {
    if (space.nodesAtHand() < NODES_AT_HAND && heldPages() > 0) {
      bringBackSpace();
    }
    return tree.changeFromReserve();
  }

  // ---------------------------------------------------------------- space that is on its way back

  /**
   * Tells what records all that open files have only noted, and throws nothing: records mostly take
   * less than was promised for them, so that is done before a call is refused for want of space.
   */
  public void foldWith(Runnable foldPending) {
    this.foldPending = foldPending;
  }

  /** Tells the tree what all open files have only noted, as far as it can. Throws nothing. */
  void foldPending() {
    foldPending.run();
  }

  /** The end of a note: folds, if the log has hardly a frame left and nobody else does. */
  public void helpWithLog() {
    if (log.isNearlyFull()) {
      logFolder.help();
    }
  }

  /** Nothing folds in the background any more. */
  public void stopFolding() {
    logFolder.close();
  }

  /** Blocks are about to leave a file: until {@link #left}, nobody else can see them coming. */
  public void leaving() {
    leavers.incrementAndGet();
  }

  /** They are in the quarantine, or stay after all. */
  public void left() {
    leavers.decrementAndGet();
  }

  private boolean isAnyLeaving() {
    return leavers.get() > 0 || heldPages() > 0;
  }

  private long heldPages() {
    return frames.quarantine().statistics().heldPages();
  }

  /**
   * Whether a request may be met when all has come back that is under way now.
   *
   * @param wanted frames
   */
  private boolean mayComeBack(long wanted) {
    if (leavers.get() > 0) {
      return wanted <= space.totalFrames(); // nobody knows how many come
    }
    long coming = heldPages() + space.delayedFrames();
    return (coming > 0 || space.isWaitingForCommit()) && space.usableFrames() + coming >= wanted;
  }

  /** What wants space. */
  @FunctionalInterface
  public interface Taker<T> {
    T take() throws IOException;
  }

  /** As {@link #whenSpaceIsBack(Patience, long, Taker)}, for a call that waits nowhere else. */
  public <T> T whenSpaceIsBack(long wanted, Taker<T> taker) throws IOException {
    return whenSpaceIsBack(new Patience(), wanted, taker);
  }

  /**
   * Brings back what is on its way, and tries again what there was no space for: until it works, or
   * nothing is under way that would help. What was promised for the worst is recorded first, which
   * mostly takes less. Waits for other threads that give up space, for as long as the call has
   * patience; the taker does not wait itself.
   *
   * @param wanted about how many frames
   * @throws NoSpaceException as the taker
   */
  public <T> T whenSpaceIsBack(Patience patience, long wanted, Taker<T> taker) throws IOException {
    boolean over = patience.isOver(); // begins here, with the folds
    foldPending.run();
    while (true) {
      boolean more = mayComeBack(wanted);
      bringBackSpace();
      try {
        return taker.take();
      } catch (NoSpaceException e) {
        if (!more || over || patience.isOver()) {
          throw e;
        }
      }
      if (leavers.get() > 0) {
        Waits.rest(LEAVERS_NANOS);
      }
    }
  }

  /**
   * Does what happens as a whole or not at all, holds no lock at its beginning, and does not wait
   * for space itself: again, if it was refused for want of space, of which some is on its way back.
   */
  public void whole(Steps.Step operation) throws IOException {
    try {
      operation.run();
    } catch (NoSpaceException e) {
      againWhenSpaceIsBack(new Patience(), NODES_AT_HAND, operation);
    }
  }

  /** As {@link #whenSpaceIsBack(Patience, long, Taker)}, for what gives nothing. */
  public void againWhenSpaceIsBack(Patience patience, long wanted, Steps.Step step)
      throws IOException {
    whenSpaceIsBack(
        patience,
        wanted,
        () -> {
          step.run();
          return step;
        });
  }

  /** Brings back what is on its way: for a second try when space ran out. No change is open. */
  public void bringBackSpace() throws IOException {
    giveUpStranded();
    frames.quarantine().drainNow();
    tree.reclaim();
  }
}
