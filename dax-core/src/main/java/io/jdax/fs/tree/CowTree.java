package io.jdax.fs.tree;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NotFormattedException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.error.UnsupportedFormatException;
import io.jdax.fs.journal.Journal;
import io.jdax.fs.journal.JournalPlace;
import io.jdax.fs.journal.JournalScan;
import io.jdax.fs.space.Space;
import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import io.jdax.persist.Persister;
import io.jdax.region.ReadOnlyRegionException;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * A persistent ordered map. A key is two longs, compared unsigned, the high one first. A value is 0
 * to {@value #MAX_VALUE_BYTES} bytes.
 *
 * <pre>
 *   CowTree        this: locks, lookups, life cycle          Superblock, SuperblockSlots   where the root is
 *   Change         one atomic operation                      Node, NodeCheck               the 4 KiB pages
 *   OneState       lookups in one state of the tree          NodeCache, UndoLog            nodes in DRAM, and their way back
 *   TreeReader     one lookup                               TreeFrames                     what a mount finds in use
 *   TreeWriter     put, delete, deleteRange on nodes         TreeWalk                      every node, in parallel
 *   GroupCommit    one thread commits for many              TreeReplay                     changes that only the journal has
 * </pre>
 *
 * <p><b>Copy on write.</b> A node that a commit has shown is never stored to: its first change
 * since gives it a new frame, and so its parent, up to the root. New nodes live in DRAM until the
 * commit writes them out, drains, writes the superblock slot that holds the older of the two
 * superblocks, and persists that. There is nothing to replay.
 *
 * <p><b>Threads.</b> Any number of lookups, which take no lock unless they meet a change; one
 * {@link Change} at a time, which becomes visible as a whole. A commit holds up changes, not
 * lookups.
 *
 * <p><b>Life.</b> {@link #format} once; {@link #open}, then {@link #mount}, which fills the {@link
 * Space}, and only then changes. A failed commit makes the tree read-only for good ({@link
 * TreeFailedException}).
 */
public final class CowTree implements AutoCloseable {
  /** Bytes that both superblocks take, from the beginning of the device on. */
  public static final int SUPERBLOCK_BYTES = Superblock.SLOTS * Node.BYTES;

  /** Bytes of the longest value. */
  public static final int MAX_VALUE_BYTES = Item.MAX_BYTES;

  /** How many nodes in DRAM may wait, before the maker of the last change commits. */
  private static final int MAX_DIRTY_NODES = 4096;

  final Persister persister;

  volatile int maxDirtyNodes = MAX_DIRTY_NODES;

  final Region region;
  final Space space;
  final NodeCache cache;
  final TreeReader reader;

  /** Held by the one open {@link Change}, and by a commit. Comes before {@link #lock}. */
  final ReentrantLock changeLock = new ReentrantLock();

  /** Held for writing while nodes, root or cache change. Lookups read optimistically first. */
  final StampedLock lock = new StampedLock();

  final GroupCommit commits;

  private volatile SuperblockInfo info; // written under the change lock

  @GuardedBy("changeLock")
  private boolean mounted;

  private volatile boolean closed;
  private volatile boolean frozen; // set under the change lock
  private volatile @Nullable Throwable failure;

  private CowTree(Persister persister, Space space, Superblock superblock) throws IOException {
    this.persister = persister;
    this.region = persister.region();
    this.space = space;
    this.info = superblock.info();
    this.cache = new NodeCache();
    NodeCheck check =
        new NodeCheck(region, persister::fetch, superblock.fileSystemId(), superblock.blockCount());
    this.reader = new TreeReader(region, cache, check);
    this.reader.begin(superblock);
    this.commits = new GroupCommit(this, superblock);
  }

  /** The tree of another one, which is over with that, with a space that does not know it. */
  CowTree(CowTree replayed, Space space) throws IOException {
    this.persister = replayed.persister;
    this.region = replayed.region;
    this.space = space;
    this.info = replayed.info;
    this.cache = replayed.cache;
    this.reader = replayed.reader;
    this.commits = new GroupCommit(this, replayed.commits.superblock());
    replayed.closed = true; // but for the memory of its nodes
  }

  // ---------------------------------------------------------------- life

  /**
   * Makes an empty tree in place of whatever was there. Durable on return.
   *
   * @throws UnsupportedFormatException the block size, a feature or the device's size is beyond
   *     this release
   */
  public static void format(Persister persister, SuperblockInfo info) throws IOException {
    Formatter.format(persister, info);
  }

  /**
   * Reads the superblocks. Lookups may follow; changes only after {@link #mount}. Nothing is
   * written.
   *
   * @param space as many frames as the device has, all of them free; it stays the caller's to close
   * @throws NotFormattedException there never was a file system
   * @throws UnsupportedFormatException it is newer than this release, or made for a larger device
   * @throws CorruptMetadataException neither superblock is good
   */
  public static CowTree open(Persister persister, Space space) throws IOException {
    return new CowTree(persister, space, SuperblockSlots.newest(persister.region()));
  }

  /**
   * Verifies every node, takes the frames of nodes and superblocks out of the space, and shows
   * every item to the visitor, which takes the blocks of the data. If the region is not read-only,
   * both superblocks then show this state, so that the tree may be changed from now on.
   *
   * @param parallelism how many threads to use, including the caller's
   * @throws CorruptMetadataException a node is bad, or in use twice; nothing was written, and the
   *     space can't be used any more
   */
  public void mount(int parallelism, ItemVisitor visitor) throws IOException {
    AccessFault.enter(StackRoom.TREE);
    changeLock.lock();
    try {
      take(parallelism, visitor);
      if (!persister.readOnly()) {
        renewJournal();
        commits.seal();
      }
      reader.trusted = true; // all of it was verified, or written since
    } finally {
      changeLock.unlock();
    }
  }

  /** Takes what is in use, and can be looked up and changed then. */
  @GuardedBy("changeLock")
  void take(int parallelism, ItemVisitor visitor) throws IOException {
    if (mounted) {
      throw new IllegalStateException("mounted already");
    }
    new TreeFrames(this).take(parallelism, visitor);
    space.setNodes(reader.nodeCount);
    mounted = true;
  }

  /** No record of the journal counts any more, from the next commit on. */
  void renewJournal() {
    info = info.withJournal(info.journal().renewed(ThreadLocalRandom.current().nextLong()));
  }

  /**
   * Verifies every node and shows every item, as they are now. Holds up changes meanwhile.
   *
   * @throws CorruptMetadataException a node is bad
   */
  public void walk(int parallelism, ItemVisitor visitor) throws IOException {
    AccessFault.enter(StackRoom.TREE);
    ensureNoChange();
    changeLock.lock();
    try {
      if (cache.dirtyCount() > 0) {
        ensureHealthy();
        commits.commit();
      }
      new TreeWalk(region, reader, visitor, pfn -> {}).run(parallelism);
    } finally {
      changeLock.unlock();
    }
  }

  /** Gives up the memory. What was not committed is lost. The region and the space stay open. */
  @Override
  public void close() {
    AccessFault.enter(StackRoom.TREE);
    ensureNoChange();
    changeLock.lock();
    try {
      if (!closed) {
        closed = true;
        cache.close();
      }
    } finally {
      changeLock.unlock();
    }
    commits.awaitLeader();
  }

  // ---------------------------------------------------------------- lookups

  /**
   * Runs lookups that all see one state of the tree. This is the only way to look anything up
   * outside of a {@link Change}, since two single lookups may see two states, and what they give
   * together may never have been true.
   *
   * <p>Takes no lock at first. When the tree has changed meanwhile the reading begins again, and
   * after a few attempts it keeps changes out. In a thread with a change open it sees that change.
   *
   * @return what the reading returns
   * @throws IOException what the reading throws in one state of the tree
   */
  public <T> T read(Reading<T> reading) throws IOException {
    AccessFault.enter(StackRoom.TREE);
    if (changeLock.isHeldByCurrentThread()) {
      ensureOpen();
      return reading.in(OneState.ofChange(this));
    }
    return OneState.read(this, reading);
  }

  // ---------------------------------------------------------------- changes

  /**
   * Begins a change, after the one before it has ended.
   *
   * @throws ReadOnlyRegionException the region is read-only
   * @throws TreeFailedException a commit failed
   */
  public Change change() throws IOException {
    return change(false, true);
  }

  /**
   * As {@link #change()}, but the change may use the metadata reserve. For what gives space back,
   * and for the record of stores that were accepted ({@link Space#promise}).
   */
  public Change changeFromReserve() throws IOException {
    return change(true, true);
  }

  @SuppressWarnings("GuardedBy") // the lock is the change's to give back, if there is one
  private Change change(boolean fromReserve, boolean toMedia) throws IOException {
    AccessFault.enter(StackRoom.TREE);
    ensureNoChange();
    changeLock.lock();
    try {
      ensureOpen();
      if (toMedia) {
        ensureWritable();
        commits.makeRoom();
      }
      return new Change(this, fromReserve);
    } catch (Throwable t) {
      changeLock.unlock();
      throw t;
    }
  }

  /** As {@link #changeFromReserve}, at a mount; on a read-only region it is in DRAM alone. */
  public Change changeForReplay() throws IOException {
    if (persister.readOnly()) {
      maxDirtyNodes = Integer.MAX_VALUE;
    }
    return change(true, !persister.readOnly());
  }

  /**
   * Makes every change durable that was done, with a new life of the log, in both superblocks; the
   * journal tells those that follow.
   */
  public void beginLife(LogPlace log, JournalPlace journal) throws IOException {
    AccessFault.enter(StackRoom.TREE);
    ensureNoChange();
    changeLock.lock();
    try {
      ensureWritable();
      info = info.withLog(log).withJournal(journal);
      Journal told =
          journal.exists() ? new Journal(persister, journal, info.fileSystemId()) : Journal.none();
      commits.commitTwice();
      commits.tell(told);
    } finally {
      changeLock.unlock();
    }
  }

  // ---------------------------------------------------------------- commit

  /** A number that stands for every change that was done before the call, for {@link #commit}. */
  public long sequence() {
    return commits.sequence();
  }

  /**
   * Makes every change up to {@code sequence} durable. Many threads may wait at once, and one
   * commits for all.
   *
   * @throws TreeFailedException this or an earlier commit failed
   */
  public void commit(long sequence) throws IOException {
    if (!commits.isDurable(sequence)) {
      AccessFault.enter(StackRoom.TREE);
      commits.await(sequence);
    }
  }

  /** {@code commit(sequence())}. */
  public void commit() throws IOException {
    commit(commits.sequence());
  }

  /** Commits the tree itself, so that the journal tells nothing that it lacks. */
  public void commitTree() throws IOException {
    AccessFault.enter(StackRoom.TREE);
    ensureNoChange();
    changeLock.lock();
    try {
      ensureOpen();
      ensureHealthy();
      commits.commit();
    } finally {
      changeLock.unlock();
    }
  }

  /** Commits until all that was given back before the call is reusable: space ran out. */
  public void reclaim() throws IOException {
    AccessFault.enter(StackRoom.TREE);
    ensureNoChange();
    changeLock.lock();
    try {
      ensureWritable();
      commits.reclaim();
    } finally {
      changeLock.unlock();
    }
  }

  /**
   * Commits all that was done, and refuses changes and commits from then on. When it has returned
   * nothing of the tree is written any more.
   *
   * @throws TreeFailedException this or an earlier commit failed; the tree is not frozen
   */
  public void freeze() throws IOException {
    ensureNoChange();
    changeLock.lock();
    try {
      ensureWritable();
      commits.commit();
      frozen = true;
    } finally {
      changeLock.unlock();
    }
  }

  /** Whether a commit newer than the one that was opened may be lost: the other slot was bad. */
  public boolean mayLackCommit() {
    return commits.mayLackCommit;
  }

  /** Whether nothing of it can be written: it is frozen, or the region is read-only. */
  public boolean isFrozen() {
    return frozen || persister.readOnly();
  }

  /** Ends what {@link #freeze} began. */
  public void thaw() {
    frozen = false;
  }

  // ---------------------------------------------------------------- figures

  /** What was decided at the format, with the features as they are now. */
  public SuperblockInfo info() {
    return info;
  }

  /** From the commit on that the caller's open change will be in. */
  void setInfo(SuperblockInfo newInfo) {
    info = newInfo;
  }

  /** The changes that the journal tells and the tree that was found lacks, before the mount. */
  public JournalScan journal() throws IOException {
    return commits.superblock().journal(persister);
  }

  /** Whether every change up to a number is durable. */
  public boolean isDurable(long number) {
    return commits.isDurable(number);
  }

  /** How many frames the file system has. */
  public long frameCount() {
    return reader.check().frameCount();
  }

  /** The number of the last durable commit. */
  public long generation() {
    return commits.durableGeneration();
  }

  /**
   * How many nodes the tree has, which is how many frames metadata occupies beside the superblocks
   * and the log.
   */
  public long nodeCount() {
    return reader.nodeCount;
  }

  /** How many nodes there are from the root to a leaf, including both. */
  public int height() {
    return reader.rootLevel + 1;
  }

  /** Why the tree is read-only, or null. */
  public @Nullable Throwable failure() {
    return failure;
  }

  // ---------------------------------------------------------------- state

  void fail(Throwable reason) {
    failure = reason;
  }

  /**
   * Refuses what can't become durable any more.
   *
   * @throws TreeFailedException a commit failed
   */
  public void ensureHealthy() throws TreeFailedException {
    Throwable reason = failure;
    if (reason != null) {
      throw new TreeFailedException(region.name(), reason);
    }
  }

  @GuardedBy("changeLock")
  private void ensureWritable() throws IOException {
    ensureOpen();
    if (persister.readOnly()) {
      throw new ReadOnlyRegionException(
          region.name(), "metadata can't be changed: the region is read-only");
    }
    if (frozen) {
      throw new ReadOnlyMountException(region.name());
    }
    if (!mounted) {
      throw new IllegalStateException("not mounted: the space is not known yet");
    }
    ensureHealthy();
  }

  /** How many nodes in DRAM may wait to become durable; 4096 if nobody says otherwise. */
  public void limitDirtyNodes(int max) {
    maxDirtyNodes = max;
  }

  /** Whether the calling thread has a change open. */
  public boolean isChangedByMe() {
    return changeLock.isHeldByCurrentThread();
  }

  /**
   * Refuses a thread with a change open, since the lock is reentrant, and would let it commit half
   * of its change.
   */
  void ensureNoChange() {
    if (changeLock.isHeldByCurrentThread()) {
      throw new IllegalStateException("this thread has a change open");
    }
  }

  void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the metadata tree of " + region.name() + " is closed");
    }
  }
}
