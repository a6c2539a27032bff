package io.jdax.fs;

import io.jdax.cache.TierMode;
import io.jdax.cache.WritebackErrors;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.quota.Account;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.tree.Item;
import io.jdax.mm.AddressSpace;
import io.jdax.mm.BlockMapper;
import io.jdax.mm.ExtentCursor;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that somebody has open: its extents and size as they are now, which the tree may not know
 * yet, and the engine's view of it. One per file, however many handles, mappings and pins there
 * are.
 *
 * <p>As {@link BlockMapper}: {@link #map} asks {@link ExtentMap}; {@link #mkwrite} takes a block,
 * zeroes it durably, and notes it as dirty; {@link #commit} folds what is noted into the tree.
 */
final class Inode implements BlockMapper {
  /** Of the largest file: 1 EiB. */
  static final long MAX_BYTES = 1L << 60;

  private static final ThreadLocal<BlockRun> RUN = ThreadLocal.withInitial(BlockRun::new);
  private static final ThreadLocal<ExtentCursor> BEFORE =
      ThreadLocal.withInitial(ExtentCursor::new);

  final Volume volume;
  final long number;
  final AddressSpace space;
  final ExtentMap extents;

  /** Who makes the file longer, one after the other. Comes before the invalidate lock. */
  final ReentrantLock writers = new ReentrantLock();

  /**
   * Shared: page_mkwrite, which has the page's entry locked, so that two of the same page never
   * meet. Exclusive: write() and allocate(), which take several pages.
   */
  final StampedLock conversion = new StampedLock();

  /** Who makes the tree say what the extent map says. */
  final ReentrantLock folding = new ReentrantLock();

  /** The change of the tree that holds all that was folded; guarded by {@link #folding}. */
  private volatile long foldedSequence;

  private volatile long size;
  private volatile int hintBlocks;

  /**
   * What the file counts for; null in a file system without quotas. Written when the file is read
   * in, or with the invalidate lock held exclusively.
   */
  private @Nullable Account account;

  /** Nanoseconds since 1970, or 0 while the tree's are right. */
  private volatile long modified;

  /** What the last store fault in a hole got: a hint, and racy. */
  private long lastPage = -2;

  private long lastPfn;

  /** What the file asks for, and whether its pages go through DRAM; under the invalidate lock. */
  private volatile TierMode tierMode = TierMode.AUTO;

  private volatile @Nullable CachedFile cached;

  final WritebackErrors writebackErrors;

  /** Has no name any more; goes away when the last user does. */
  private volatile boolean unlinked;

  // guarded by the table
  int users;
  long acquisitions;

  private boolean loaded;

  /** Given up; written by whoever puts it away. */
  private volatile boolean reaped;

  Inode(Volume volume, long number) {
    this.volume = volume;
    this.number = number;
    this.extents = new ExtentMap(volume.units);
    this.space = new AddressSpace(volume.frames, this, "inode " + number);
    this.writebackErrors = new WritebackErrors(volume.region.name(), space.name());
  }

  /**
   * Reads what the tree knows, once.
   *
   * @throws NoSuchFileException there is no such inode, or it has no name any more
   */
  synchronized void load(String path) throws IOException {
    if (unlinked) {
      throw gone(path);
    }
    if (loaded) {
      return;
    }
    long stamp = volume.projects.opening().readLock();
    try {
      read(path);
    } finally {
      volume.projects.opening().unlockRead(stamp);
    }
  }

  private void read(String path) throws IOException {
    // What is read now may not be durable yet: folded by who had the file open before.
    foldedSequence = volume.tree.sequence();
    Item item = new Item();
    if (!volume.tree.get(Keys.hi(number, Keys.INODE), 0, item)) {
      throw gone(path);
    }
    InodeRecord r = InodeRecord.of(volume.region.name(), item);
    if (r.sizeBytes > MAX_BYTES) {
      throw new CorruptMetadataException(
          volume.region.name(), "inode " + number, 0, "is longer than a file can be");
    }
    if (r.links == 0) {
      unlinked = true;
      throw gone(path);
    }
    new TreeExtents(volume, number).load(volume.tree, extents);
    size = r.sizeBytes;
    hintBlocks = r.hintBlocks;
    account = volume.projects.isOn() ? account(r.project) : null;
    tierMode = r.tier;
    applyTier();
    if (volume.readOnly()) {
      space.setReadOnly(true);
    }
    loaded = true;
  }

  private static NoSuchFileException gone(String path) {
    return new NoSuchFileException(path);
  }

  // ---------------------------------------------------------------- BlockMapper

  @Override
  public void map(long page, ExtentCursor out) throws IOException {
    CachedFile c = cached;
    if (c == null) {
      extents.find(page, out);
    } else {
      c.map(page, out);
    }
  }

  @Override
  public void mapForStore(long page, ExtentCursor out) throws IOException {
    CachedFile c = cached;
    if (c == null) {
      extents.find(page, out);
    } else {
      c.mapForStore(page, out);
    }
  }

  @Override
  public void peek(long page, ExtentCursor out) {
    CachedFile c = cached;
    if (c == null) {
      extents.find(page, out);
    } else {
      c.peek(page, out);
    }
  }

  @Override
  public boolean inPlace() {
    return cached == null;
  }

  @Override
  public void stored(long page) {
    CachedFile c = cached;
    if (c != null) {
      c.markDirty(page);
    }
  }

  @Override
  public void writeBack(long firstPage, long endPage) throws IOException {
    CachedFile c = cached;
    if (c != null) {
      c.writeBack(firstPage, endPage);
    }
  }

  @Override
  public @Nullable WritebackErrors errors() {
    return cached == null ? null : writebackErrors;
  }

  @Override
  public void mkwrite(long page, int storeAt, ExtentCursor out) throws IOException {
    CachedFile c = cached;
    if (c != null) {
      c.mkwrite(page, out);
      if (modified == 0) {
        touch();
      }
      foldIfMuch();
      return;
    }
    if (hintBlocks > 1) {
      takeWindow(page, out);
    }
    long stamp = conversion.readLock();
    try {
      extents.find(page, out);
      if (out.state != ExtentState.WRITTEN) { // else a write() was faster
        out.set(page, 1, convert(page, storeAt, out), ExtentState.WRITTEN);
        if (modified == 0) {
          touch(); // a clock costs, and fsync looks again
        }
      }
    } finally {
      conversion.unlockRead(stamp);
    }
    foldIfMuch();
  }

  /**
   * Folds when so much is pending that an fsync would take long, or the promises take much of a
   * small device. The conversion lock is not held.
   */
  void foldIfMuch() throws IOException {
    if (extents.dirtyItems() > volume.maxPendingItems) {
      try {
        Fold.run(this, false);
      } catch (NoSpaceException e) {
        // Blocks for nodes are on their way, behind a commit. The store or write before is accepted
        // and promised its room: it is not to be refused for what the next fsync does as well.
        volume.reclaim();
      }
    }
  }

  private long convert(long page, int storeAt, ExtentCursor run) throws IOException {
    try {
      return convertOnce(page, storeAt, run);
    } catch (NoSpaceException e) {
      volume.reclaim();
      return convertOnce(page, storeAt, run);
    }
  }

  private long convertOnce(long page, int storeAt, ExtentCursor run) throws IOException {
    boolean hole = run.state == ExtentState.HOLE;
    long pfn = hole ? takeBlock(page, run.firstPage) : run.pfnOf(page);
    boolean done = false;
    try {
      // Durably, before anybody can store to it, and before a commit tells of it.
      volume.persister.fillPersistKeeping(pfn << 12, 4096, (byte) 0, (pfn << 12) + storeAt);
      extents.note(page, 1, pfn, ExtentState.WRITTEN, volume.space);
      done = true;
      return pfn;
    } finally {
      if (!done && hole) {
        volume.space.free(pfn, 1);
        refund(1);
      }
    }
  }

  private long takeBlock(long page, long holeFirst) throws IOException {
    charge(1);
    boolean done = false;
    try {
      long pfn = allocate(page, holeFirst);
      done = true;
      return pfn;
    } finally {
      if (!done) {
        refund(1);
      }
    }
  }

  /** A block for a page in a hole, if possible the one that goes on from the page before it. */
  private long allocate(long page, long holeFirst) throws NoSpaceException {
    BlockRun run = RUN.get();
    volume.space.allocate(1, page == lastPage + 1 ? lastPfn + 1 : goal(page, holeFirst), run);
    long pfn = run.pfn();
    lastPage = page;
    lastPfn = pfn;
    return pfn;
  }

  /** Where a block for a page in the hole from {@code holeFirst} would best lie; −1: anywhere. */
  long goal(long page, long holeFirst) {
    if (holeFirst == 0) {
      return -1;
    }
    ExtentCursor before = BEFORE.get();
    extents.find(holeFirst - 1, before);
    return before.state == ExtentState.HOLE ? -1 : before.pfnOf(page);
  }

  /**
   * With an extent-size hint: makes the aligned window around a page of a hole unwritten, as far as
   * it is a hole, lies before the end of the file, and is to be had in one piece.
   */
  private void takeWindow(long page, ExtentCursor out) throws IOException {
    long stamp = conversion.writeLock();
    try {
      extents.find(page, out);
      if (out.state == ExtentState.HOLE) {
        takeWindow(page, out, (size + 4095) >>> 12);
      }
    } finally {
      conversion.unlockWrite(stamp);
    }
  }

  /**
   * As its namesake; the caller has {@link #conversion} exclusively.
   *
   * @param hole around the page
   * @param end where the file ends, or will, in blocks
   * @return whether the page is unwritten now
   */
  boolean takeWindow(long page, ExtentCursor hole, long end) throws IOException {
    int hint = hintBlocks;
    long from = Math.max(hole.firstPage, page - page % hint);
    long to = Math.min(Math.min(hole.firstPage + hole.pageCount, page - page % hint + hint), end);
    long granted = chargeUpTo(to - from);
    if (granted < to - from) {
      if (granted <= 0) {
        return false;
      }
      from = Math.max(from, Math.min(page, to - granted));
      to = from + granted;
    }
    BlockRun run = RUN.get();
    try {
      if (to - from != 512 || from % 512 != 0 || !volume.space.allocateHuge(-1, run)) {
        volume.space.allocate(to - from, goal(from, hole.firstPage), run);
      }
    } catch (NoSpaceException e) {
      refund(granted);
      return false; // then a block at a time
    }
    if (run.count() < to - from) {
      refund(to - from - run.count());
      // In pieces it is of no use, but what there is should contain the page.
      from = Math.max(from, Math.min(page, to - run.count()));
    }
    try {
      extents.note(from, run.count(), run.pfn(), ExtentState.UNWRITTEN, volume.space);
    } catch (NoSpaceException e) {
      volume.space.free(run.pfn(), run.count());
      refund(run.count());
      return false;
    }
    return true;
  }

  @Override
  public void commit() throws IOException {
    if (!extents.isClean()) {
      Fold.run(this, false);
    }
    volume.tree.commit(foldedSequence);
  }

  /** Makes durable what was folded, and nothing else. */
  void commitFolded() throws IOException {
    volume.tree.commit(foldedSequence);
  }

  @Override
  public void retained() {
    volume.inodes.retain(this);
  }

  @Override
  public void released() {
    volume.inodes.releaseQuietly(this);
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  // ---------------------------------------------------------------- quotas

  private Account account(int project) {
    CachedFile c = cached;
    long delayed = c == null ? 0 : c.delayedBlocks();
    return new Account(volume.projects.get(project), extents.blocks() + delayed);
  }

  /**
   * The file system has quotas from now on, and this file was open before: it gets an account.
   * Takes the invalidate lock.
   */
  void count() {
    space.invalidateLock().lockExclusive(); // nobody is between a charge and its refund
    try {
      synchronized (this) {
        if (loaded && account == null) {
          account = account(0);
        }
      }
    } finally {
      space.invalidateLock().unlockExclusive();
    }
  }

  /** Null: there are no quotas, or the file is not read in. */
  @Nullable Account account() {
    return account;
  }

  /** Before blocks are taken or reserved for the file: all of them count, or none. */
  void charge(long blocks) throws QuotaExceededException {
    Account a = account;
    if (a != null) {
      a.charge(blocks);
    }
  }

  private long chargeUpTo(long blocks) {
    Account a = account;
    return a == null ? blocks : a.chargeUpTo(blocks);
  }

  /** Blocks have left the file, or were charged and not wanted. */
  void refund(long blocks) {
    Account a = account;
    if (a != null) {
      a.refund(blocks);
    }
  }

  // ---------------------------------------------------------------- life

  /**
   * Makes the tree know all, flushes what is dirty, or gives up a file without a name. Not for two
   * threads at once; others may become users again meanwhile.
   *
   * @param reap it has no name, and nobody can open it any more: all of it is given up
   * @return false: somebody may still store through a mapping that was just closed
   */
  boolean putAway(boolean reap) throws IOException {
    if (reap) {
      if (!reaped && !volume.readOnly()) {
        dropCache(); // what is set aside for it is given back
        Orphans.reap(volume, number, loaded() ? extents : null);
        volume.space.recorded(extents.takeDirty().items() + extents.takeCredit(0));
        volume.inodeCount.decrementAndGet();
        reaped = true;
      }
      return true;
    }
    if (!loaded()) {
      return true;
    }
    boolean quiet = space.isQuiet();
    if (!volume.readOnly()) {
      sync(true);
    }
    volume.space.recorded(extents.takeCredit(0));
    return quiet;
  }

  synchronized boolean loaded() {
    return loaded;
  }

  /** Data flushed; metadata in the tree, but not committed. */
  void sync(boolean times) throws IOException {
    if (space.writeback(0, Long.MAX_VALUE) > 0) {
      touch();
    }
    Fold.run(this, times);
  }

  // ---------------------------------------------------------------- state

  /** The file's pages in DRAM; null: they are loaded and stored where they lie. */
  @Nullable CachedFile cached() {
    return cached;
  }

  TierMode tierMode() {
    return tierMode;
  }

  void setTierMode(TierMode mode) {
    tierMode = mode;
  }

  /**
   * Goes through the tier if it is to, or as far as it has to; nothing of it is in DRAM that is
   * dirty.
   */
  void applyTier() throws IOException {
    boolean direct = !volume.tier.caches(tierMode);
    boolean wanted = !direct || volume.units.blocksPerPageShift > 0;
    CachedFile now = cached;
    if (now != null && (!wanted || now.direct() != direct)) {
      cached = null;
      volume.tier.remove(now);
      now = null;
    }
    if (wanted && now == null) {
      cached = volume.tier.add(this, direct);
    }
  }

  /** Nobody uses the file any more. */
  void dropCache() {
    CachedFile now = cached;
    if (now != null) {
      volume.tier.remove(now);
    }
  }

  void setSize(long bytes) {
    size = bytes;
  }

  int hintBlocks() {
    return hintBlocks;
  }

  void setHintBlocks(int blocks) {
    hintBlocks = blocks;
  }

  /**
   * The content changes. Times are not worth a commit: they go with the next one, at the latest at
   * the last close (the kernel's lazytime).
   */
  void touch() {
    long now = CoarseClock.now();
    if (modified != now) { // a volatile store waits for what was written before
      modified = now;
    }
  }

  /** When the content changed, if the tree does not know it; else 0. */
  long modified() {
    return modified;
  }

  /** The tree knows of {@code time}. */
  void modifiedFolded(long time) {
    if (modified == time) {
      modified = 0;
    }
  }

  /** A change is done that has what the inode knew; under {@link #folding}. */
  void folded(long sequence) {
    foldedSequence = sequence;
  }

  void unlink() {
    unlinked = true;
  }

  boolean unlinked() {
    return unlinked;
  }

  /** What the tree says, with what it does not know yet. */
  void patch(InodeRecord r, long time) {
    r.sizeBytes = size;
    r.hintBlocks = hintBlocks;
    r.tier = tierMode;
    if (time != 0) {
      r.modified = time;
      r.changed = time;
    }
  }

  @Override
  public String toString() {
    return "Inode[" + number + ", " + size + " bytes, " + extents.size() + " extents]";
  }
}
