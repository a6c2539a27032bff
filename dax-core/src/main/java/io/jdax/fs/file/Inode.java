package io.jdax.fs.file;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.quota.Account;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Item;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Steps;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.PinAccess;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.BlockMapper;
import io.jdax.mm.engine.Intent;
import io.jdax.mm.engine.PageRun;
import io.jdax.mm.engine.WritebackErrors;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A file that somebody has open: its extents and size as they are now, which the tree may not know
 * yet, and the engine's view of it. One per file, however many handles, mappings and pins there
 * are.
 *
 * <p>As {@link BlockMapper} it asks its {@link PageStore}: in place a lookup is one in {@link
 * ExtentMap}, and {@link #mkwrite} takes a block, zeroes it durably, and notes it as dirty ({@link
 * DirectBlocks}). {@link #commit} folds what is noted into the tree.
 */
public final class Inode implements BlockMapper {
  private final InodeTable table;
  public final Volume volume;
  public final long number;

  /** The number, as the table knows it: taking the inode out is not to want memory for it. */
  final Long key;

  public final AddressSpace space;
  public final ExtentMap extents;

  /** Who makes the file longer, one after the other. Comes before the invalidate lock. */
  public final ReentrantLock writers = new ReentrantLock();

  /** How it gets blocks for pages that lie in place. */
  public final DirectBlocks direct;

  /** Who makes the tree say what the extent map says. */
  final ReentrantLock folding = new ReentrantLock();

  /** Held by who makes the space read-only or not; comes before the invalidate lock. */
  private final Object matching = new Object();

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

  /** What the file asks for, and whether its pages go through DRAM; under the invalidate lock. */
  private volatile TierMode tierMode = TierMode.AUTO;

  private final InPlace lying;

  /** Where its pages are; changed with the invalidate lock held exclusively. */
  private volatile PageStore store;

  public final WritebackErrors writebackErrors;

  /** Has no name any more; goes away when the last user does. */
  private volatile boolean unlinked;

  // guarded by the table
  public int users;
  long acquisitions;
  public InodeState state = InodeState.OPEN;

  /** Has no name and no user, and could not be given up yet. */
  boolean kept;

  private boolean loaded;

  /**
   * Its memory is given back: the tree is not to be told of it any more. Under {@link #folding}.
   */
  private boolean forgotten;

  Inode(InodeTable table, long number) {
    this.table = table;
    this.volume = table.volume;
    this.key = number;
    this.number = number;
    this.extents = new ExtentMap(volume.units);
    this.direct = new DirectBlocks(this);
    this.lying = new InPlace(this);
    this.store = lying;
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
    Known known = known(path);
    InodeRecord r = known.record;
    if (r.sizeBytes > Limits.FILE_BYTES) {
      throw new CorruptMetadataException(
          volume.region.name(), "inode " + number, 0, "is longer than a file can be");
    }
    if (r.links == 0) {
      unlinked = true;
      throw gone(path);
    }
    extents.remove(
        0, Limits.fileBlocks(volume.units), new BlockRuns()); // of an attempt that has failed
    for (int i = 0; i < known.extents.length; i += 3) {
      extents.set(known.extents[i], known.extents[i + 1], known.extents[i + 2]);
    }
    size = r.sizeBytes;
    hintBlocks = r.hintBlocks;
    account = volume.projects.isOn() ? account(r.project) : null;
    tierMode = r.tier;
    applyTier();
    loaded = true;
  }

  /**
   * Lets stores through mappings and pins begin, or not, as the volume does now. Whoever acquires
   * the file asks, and whoever changes the volume: the last of them has seen what is so.
   */
  void matchReadOnly() {
    if (space.readOnly() != volume.readOnly()) {
      match();
    }
  }

  /**
   * As {@link #matchReadOnly}, and if somebody else is about it, it is over: all translations are
   * gone, and stores by them are over after one turn-over of the epoch for all files.
   */
  public void match() {
    synchronized (matching) {
      boolean readOnly = volume.readOnly();
      if (space.readOnly() == readOnly) {
        return;
      }
      if (readOnly) {
        boolean _ = space.refuseStores();
      } else {
        space.setReadOnly(false);
      }
    }
  }

  /** What the tree says, in one state. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Known(InodeRecord record, long[] extents) {}

  private Known known(String path) throws IOException {
    return volume.tree.read(
        tree -> {
          Item item = new Item();
          if (!tree.get(Keys.hi(number, Keys.INODE), 0, item)) {
            throw gone(path);
          }
          InodeRecord r = InodeRecord.of(volume.region.name(), item);
          return new Known(r, new TreeExtents(volume, number).all(tree));
        });
  }

  private static NoSuchFileException gone(String path) {
    return new NoSuchFileException(path);
  }

  // ---------------------------------------------------------------- BlockMapper

  @Override
  public void find(long page, Intent intent, PageRun out) throws IOException {
    store.find(page, intent, out);
  }

  @Override
  public boolean inPlace() {
    return store.inPlace();
  }

  @Override
  public void stored(long page) {
    store.stored(page);
  }

  @Override
  public void storesFound() {
    touch();
  }

  @Override
  public void writeBack(long firstPage, long endPage) throws IOException {
    store.writeBack(firstPage, endPage);
  }

  @Override
  public @Nullable WritebackErrors errors() {
    return store.inPlace() ? null : writebackErrors;
  }

  @Override
  public void mkwrite(long page, int storeAt, PageRun out) throws IOException {
    store.mkwrite(page, storeAt, out);
    if (modified == 0) {
      touch(); // a clock costs, and the next writeback finds the store, and looks again
    }
    foldIfMuch();
  }

  @Override
  public void provide(long firstPage, long pageCount) throws IOException {
    long end = Math.min(firstPage + pageCount, Units.pagesIn(size));
    if (end < firstPage + pageCount) {
      return; // whoever asks is about to be told that it ends before
    }
    store.provide(firstPage, end);
    foldIfMuch();
  }

  /**
   * Folds when so much is pending that an fsync would take long, or the promises take much of a
   * small device. The conversion lock is not held. Without fail.
   */
  public void foldIfMuch() {
    if (extents.dirtyWeight() > volume.maxPendingItems) {
      try {
        fold(false);
      } catch (IOException | RuntimeException | Error e) {
        // The store or write before is accepted, and whoever made it must not be told otherwise:
        // its page is noted. What was not folded is as dirty as before, so that the next fsync
        // tries again, and says what it meets.
      }
    }
  }

  @Override
  public void commit() throws IOException {
    if (!extents.isClean()) {
      fold(false);
    }
    volume.tree.commit(foldedSequence);
  }

  /** Makes durable what was folded, and nothing else. */
  void commitFolded() throws IOException {
    volume.tree.commit(foldedSequence);
  }

  @Override
  public void ensurePinnable(PinAccess access) throws IOException {
    volume.ensurePinnable(access);
  }

  @Override
  public void retained() {
    table.retain(this);
  }

  @Override
  public void released() {
    table.releaseQuietly(this);
  }

  /** One more user, unless it was put away; {@link #released} ends the use. */
  public boolean tryRetain() {
    return table.tryRetain(this);
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  // ---------------------------------------------------------------- quotas

  private Account account(int project) {
    return new Account(volume.projects.get(project), extents.blocks() + store.delayedBlocks());
  }

  /**
   * The file system has quotas from now on, and this file was open before: it gets an account.
   * Takes the invalidate lock.
   */
  public void count() {
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
  @Nullable
  public Account account() {
    return account;
  }

  /** Before blocks are taken or reserved for the file: all of them count, or none. */
  public void charge(long blocks) throws QuotaExceededException {
    Account a = account;
    if (a != null) {
      a.charge(blocks);
    }
  }

  /** As many of them as may be; returns how many. */
  long chargeUpTo(long blocks) {
    Account a = account;
    return a == null ? blocks : a.chargeUpTo(blocks);
  }

  /** Blocks have left the file, or were charged and not wanted. */
  public void refund(long blocks) {
    Account a = account;
    if (a != null) {
      a.refund(blocks);
    }
  }

  // ---------------------------------------------------------------- life

  /**
   * Makes everything known to the tree, and durable, before it is put away; others may become users
   * meanwhile.
   *
   * @return false: somebody may still store through a mapping that was just closed
   */
  boolean flush() throws IOException {
    if (!loaded()) {
      return true;
    }
    boolean quiet = space.isQuiet();
    if (!volume.readOnly()) {
      sync(true);
    }
    return quiet;
  }

  /**
   * Gives back what it has in DRAM, and with it all mappings that were closed. The caller knows
   * that nobody uses it, and has the invalidate lock exclusively and {@link #folding}: who comes
   * later, from a mapping that was closed meanwhile, finds a closed address space, or nothing to
   * fold. A second call does what the first one could not.
   */
  void forget() throws IOException {
    forgotten = true;
    Steps steps = new Steps();
    steps.run(space::closeHeld);
    steps.run(store::close);
    steps.run(() -> volume.space.recorded(extents.takeCredit(0)));
    steps.end();
  }

  /**
   * Gives up all that a forgotten file without a name occupies.
   *
   * @return false: nothing can be given up while the file system is read-only
   */
  boolean reap() throws IOException {
    if (volume.readOnly()) {
      return false;
    }
    try {
      Orphans.reap(volume, number, loaded() ? extents : null);
    } catch (ReadOnlyMountException e) {
      return false;
    }
    volume.space.recorded(extents.giveUp());
    return true;
  }

  public synchronized boolean loaded() {
    return loaded;
  }

  /** Data flushed; metadata in the tree, but not committed. */
  public void sync(boolean times) throws IOException {
    space.writeback(0, Long.MAX_VALUE);
    fold(times);
  }

  /**
   * Makes the tree know, unless there is nobody any more who could have anything to tell.
   *
   * @param times whether changed times are worth a change of the tree
   */
  public void fold(boolean times) throws IOException {
    Fold.run(this, times);
  }

  /** Whether nobody has anything to tell of it any more; for who has {@link #folding}. */
  boolean isForgotten() {
    return forgotten;
  }

  /** Returns when no call that changes the file and began before is under way. */
  public void awaitCalls() {
    space.invalidateLock().lockExclusive();
    space.invalidateLock().unlockExclusive();
  }

  // ---------------------------------------------------------------- state

  /** Where its pages are now. */
  public PageStore store() {
    return store;
  }

  public TierMode tierMode() {
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
    boolean allInDram = table.stores.caches(tierMode);
    boolean inPlace = !allInDram && volume.units.blocksPerPageShift == 0;
    PageStore now = store;
    if (now.inPlace() ? inPlace : !inPlace && now.allInDram() == allInDram) {
      return;
    }
    // The new one first, so that the file is never without: blocks that are smaller than pages
    // would be taken for pages.
    store = inPlace ? lying : table.stores.inDram(this, !allInDram);
    now.close();
  }

  /**
   * Before the size grows or has shrunk: what mappings stored behind the end, in the last page,
   * must not become content (S0.3).
   */
  public void zeroTail(long size) throws IOException {
    long tail = size & Units.PAGE_BYTES - 1;
    if (tail != 0) {
      store.zero(size, size - tail + Units.PAGE_BYTES);
    }
  }

  public void setSize(long bytes) {
    size = bytes;
  }

  public int hintBlocks() {
    return hintBlocks;
  }

  void setHintBlocks(int blocks) {
    hintBlocks = blocks;
  }

  /**
   * The content changes, or was found to have changed; with the invalidate lock held, so that no
   * time that somebody sets is overwritten by what happened before. Times are not worth a commit:
   * they go with the next one, at the latest at the last close (the kernel's lazytime).
   */
  public void touch() {
    long now = CoarseClock.now();
    if (modified != now) { // a volatile store waits for what was written before
      modified = now;
    }
  }

  /** What {@link #modified} was, after a change that was not done. */
  public void setModified(long time) {
    modified = time;
  }

  /** When the content changed, if the tree does not know it; else 0. */
  public long modified() {
    return modified;
  }

  /** The tree knows of {@code time}. */
  public void modifiedFolded(long time) {
    if (modified == time) {
      modified = 0;
    }
  }

  /** A change is done that has what the inode knew; under {@link #folding}. */
  void folded(long sequence) {
    foldedSequence = sequence;
  }

  public void unlink() {
    unlinked = true;
  }

  public boolean unlinked() {
    return unlinked;
  }

  /** What the tree says, with what it does not know yet. */
  public void patch(InodeRecord r, long time) {
    r.sizeBytes = size;
    r.hintBlocks = hintBlocks;
    r.tier = tierMode;
    if (time != 0) {
      r.modified = time;
      r.changed = Math.max(r.changed, time); // the record may have changed since
    }
  }

  @Override
  public String toString() {
    return "Inode[" + number + ", " + size + " bytes, " + extents.size() + " extents]";
  }
}
