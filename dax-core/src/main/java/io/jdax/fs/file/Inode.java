package io.jdax.fs.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.quota.Account;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.ChangePoint;
import io.jdax.fs.tree.Item;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.fs.volume.Steps;
import io.jdax.mm.PinAccess;
import io.jdax.mm.engine.BlockMapper;
import io.jdax.mm.engine.Intent;
import io.jdax.mm.engine.PageRun;
import java.io.IOException;
import java.nio.file.NoSuchFileException;

/**
 * A file that somebody has open: its extents and size as they are now, which the tree may not know
 * yet, and the engine's view of it. One per file, however many handles, mappings and pins there
 * are.
 *
 * <p>As {@link BlockMapper} it asks its {@link PageStore}: in place a lookup is one in {@link
 * ExtentMap}, and {@link #mkwrite} takes a block, zeroes it durably, and notes it as dirty ({@link
 * DirectBlocks}). {@link #commit} folds what is noted into the tree.
 */
public final class Inode extends InodeFacts {
  private static final long[] NO_EXTENTS = {};

  private final InodeTable table;

  /** The number, as the table knows it: taking the inode out is not to want memory for it. */
  final Long key;

  /** Held by whoever lets stores begin, or not. Comes before the invalidate lock. */
  private final Object matching = new Object();

  private final PageStore lying;

  // guarded by the table's monitor, which only the table takes
  public int users;
  long acquisitions;
  public InodeState state = InodeState.OPEN;

  /** Has no name and no user, and could not be given up yet. */
  boolean kept;

  /**
   * Has been read in. Written with the monitor, which readers do not wait for: they may keep
   * changes of the tree out, and whoever has the monitor may wait for a change.
   */
  private volatile boolean loaded;

  Inode(InodeTable table, long number) {
    super(table.volume, number, InPlace::new);
    this.table = table;
    this.key = number;
    this.lying = store();
  }

  /**
   * Reads what the tree knows, once, and lets stores begin or not.
   *
   * @throws NoSuchFileException there is no such inode, or it has no name any more
   */
  public void open(String path) throws IOException {
    load(path);
    matchReadOnly();
  }

  /** As {@link #open}, of a file that the caller's open change has just made. */
  public void openNew(InodeRecord r) throws IOException {
    loadOnce(() -> new Known(r, NO_EXTENTS));
    matchReadOnly();
  }

  /**
   * Reads what the tree knows, once.
   *
   * @throws NoSuchFileException there is no such inode, or it has no name any more
   */
  private synchronized void load(String path) throws IOException {
    if (unlinked()) {
      throw gone(path);
    }
    loadOnce(
        () -> {
          Known known = known(path);
          if (known.record.links == 0) {
            unlink();
            throw gone(path);
          }
          return known;
        });
  }

  /** Tells what the tree knows. */
  private interface Source {
    Known known() throws IOException;
  }

  private synchronized void loadOnce(Source source) throws IOException {
    if (loaded) {
      return;
    }
    long stamp = volume.projects.opening().readLock();
    try {
      // What is read now may not be durable yet: folded by whoever had the file open before.
      folded(volume.tree.sequence());
      take(source.known());
    } finally {
      volume.projects.opening().unlockRead(stamp);
    }
  }

  private void take(Known known) throws IOException {
    InodeRecord r = known.record;
    if (r.sizeBytes > Limits.FILE_BYTES) {
      throw new CorruptMetadataException(
          volume.region.name(), "inode " + number, "is longer than a file can be");
    }
    extents.remove(
        0, Limits.fileBlocks(volume.units), new BlockRuns()); // of an attempt that has failed
    for (int i = 0; i < known.extents.length; i += 3) {
      extents.set(known.extents[i], known.extents[i + 1], known.extents[i + 2]);
    }
    setSize(r.sizeBytes);
    extents.beginLog(r.stamp, r.sizeBytes);
    beginStamp(r.stamp);
    setHintBlocks(r.hintBlocks);
    setAccount(volume.projects.isOn() ? account(r.project) : null);
    setTierMode(r.tier);
    applyTier();
    loaded = true;
  }

  /**
   * Lets stores through mappings and pins begin, or not, as the volume does now. Whoever acquires
   * the file asks, and whoever changes the volume: the last of them has seen what is so.
   */
  private void matchReadOnly() {
    if (addressSpace.readOnly() != volume.readOnly()) {
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
      if (addressSpace.readOnly() == readOnly) {
        return;
      }
      if (readOnly) {
        boolean _ = addressSpace.refuseStores();
      } else {
        addressSpace.setReadOnly(false);
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
    store().find(page, intent, out);
  }

  @Override
  public boolean inPlace() {
    return store().inPlace();
  }

  @Override
  public void stored(long page) {
    store().stored(page);
  }

  @Override
  public void writeBack(long firstPage, long endPage) throws IOException {
    store().writeBack(firstPage, endPage);
  }

  @Override
  public void mkwrite(long page, int storeAt, PageRun out) throws IOException {
    volume.tree.ensureHealthy(); // else a block that nothing can ever tell of
    store().mkwrite(page, storeAt, out);
    if (modified() == 0) {
      touch(); // a clock costs, and the next writeback finds the store, and looks again
    }
    settleNotes();
  }

  @Override
  public void provide(long firstPage, long pageCount) throws IOException {
    long end = Math.min(firstPage + pageCount, Units.pagesIn(sizeBytes()));
    if (end < firstPage + pageCount) {
      return; // whoever asks is about to be told that it ends before
    }
    store().provide(firstPage, end);
    settleNotes();
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

  // ---------------------------------------------------------------- quotas

  private Account account(int project) {
    return new Account(volume.projects.get(project), extents.blocks() + store().delayedBlocks());
  }

  /**
   * The file system has quotas from now on, and this file was open before: it gets an account.
   * Takes the invalidate lock.
   */
  public void count() {
    addressSpace.invalidateLock().lockExclusive(); // nobody is between a charge and its refund
    try {
      synchronized (this) {
        if (loaded && account() == null) {
          setAccount(account(0));
        }
      }
    } finally {
      addressSpace.invalidateLock().unlockExclusive();
    }
  }

  // ---------------------------------------------------------------- life

  /**
   * Writes bytes back and makes everything known to the tree, which commits it later, before it is
   * put away; others may become users meanwhile.
   *
   * @return false if somebody may still store through a mapping that was just closed
   */
  boolean flush() throws IOException {
    if (!loaded()) {
      return true;
    }
    boolean quiet = addressSpace.isQuiet();
    if (!volume.isSettled()) {
      sync(true);
    }
    return quiet;
  }

  /**
   * Gives back what it has in DRAM, and with it all mappings that were closed. The caller knows
   * that nobody uses it, and has the invalidate lock exclusively and {@link #folding}: whoever
   * comes later, from a mapping that was closed meanwhile, finds a closed address space, or nothing
   * to fold. A second call does what the first one could not.
   */
  @GuardedBy("folding")
  void forget() throws IOException {
    markForgotten();
    Steps steps = new Steps();
    steps.run(addressSpace::closeHeld);
    steps.run(store()::close);
    steps.run(ahead::giveBack);
    steps.run(() -> volume.space.recorded(extents.takeCredit(0)));
    steps.end();
  }

  /**
   * Gives up all that a forgotten file without a name occupies.
   *
   * @return false if the file system is read-only, where nothing can be given up
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
    volume.space.recorded(extents.giveUp(ChangePoint.ofCommit(volume.tree.generation() + 1)));
    return true;
  }

  public boolean loaded() {
    return loaded;
  }

  /** Data flushed; metadata in the tree, but not committed. */
  public void sync(boolean times) throws IOException {
    addressSpace.flushDirty(0, Long.MAX_VALUE);
    fold(times);
  }

  /** Returns when no call that changes the file and began before is under way. */
  public void awaitCalls() {
    addressSpace.invalidateLock().lockExclusive();
    addressSpace.invalidateLock().unlockExclusive();
  }

  // ---------------------------------------------------------------- state

  /**
   * Goes through the tier if it is to, or as far as it has to; nothing of it is in DRAM that is
   * dirty.
   */
  void applyTier() throws IOException {
    boolean allInDram = table.stores.caches(tierMode());
    boolean inPlace = !allInDram && volume.units.blocksPerPageShift == 0;
    PageStore now = store();
    if (now.inPlace() ? inPlace : !inPlace && now.allInDram() == allInDram) {
      return;
    }
    ahead.giveBack();
    tailMayHoldBytes();
    // The new one first, so that the file is never without: blocks that are smaller than pages
    // would be taken for pages.
    setStore(inPlace ? lying : table.stores.inDram(this, !allInDram));
    now.close();
  }
}
