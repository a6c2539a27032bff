package io.jdax.fs.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.error.TreeFailedException;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.log.FileLog;
import io.jdax.fs.quota.Account;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.BlockMapper;
import io.jdax.mm.engine.WritebackErrors;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an open file as it is now, more than the tree knows: extents, size, times, and
 * what is yet to be told. Whoever gives the file storage, writes it or folds it works on this; how
 * long the file lives, and where its pages are, is {@link Inode}'s.
 */
public abstract class InodeFacts implements BlockMapper {
  private static final VarHandle SIZE;

  static {
    try {
      SIZE = MethodHandles.lookup().findVarHandle(InodeFacts.class, "size", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  public final Volume volume;

  public final long number;

  public final AddressSpace addressSpace;

  public final ExtentMap extents;

  /** Held by whoever makes the file longer. Comes before the invalidate lock. */
  public final ReentrantLock writers = new ReentrantLock();

  /** How it gets blocks for pages that lie in place. */
  public final DirectBlocks direct;

  /** What they have left to the next writeback. */
  private final FailedWrites failedWrites = new FailedWrites(this);

  /** What it keeps for its next blocks. */
  public final StorageAhead ahead;

  /** Held while the tree is told what the file knows. */
  final ReentrantLock folding = new ReentrantLock();

  /**
   * Records of the log up to this number are in the tree, or mean nothing; under {@link #folding}.
   */
  private long stamp;

  /** The change of the tree that holds all that was folded; written with {@link #folding}. */
  private volatile long foldedSequence;

  private volatile long size;

  /** See {@link #isTailZero}; under {@link #writers}, or the invalidate lock exclusively. */
  private boolean tailZero;

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

  /** Where its pages are; changed with the invalidate lock held exclusively. */
  private volatile PageStore store;

  public final WritebackErrors writebackErrors;

  /** Has no name any more; goes away when the last user does. */
  private volatile boolean unlinked;

  /** Its memory is given back, and the tree is not to be told of it any more. */
  @GuardedBy("folding")
  private boolean forgotten;

  /**
   * Knows nothing yet.
   *
   * @param place makes the store of its pages where they lie
   */
  InodeFacts(Volume volume, long number, Function<InodeFacts, PageStore> place) {
    this.volume = volume;
    this.number = number;
    this.extents = new ExtentMap(volume.units, new FileLog(volume.log, number), this::sizeNoted);
    this.ahead = new StorageAhead(this);
    this.direct = new DirectBlocks(this);
    this.store = place.apply(this);
    this.addressSpace = new AddressSpace(volume.frames, this, "inode " + number);
    this.writebackErrors = new WritebackErrors(volume.region.name(), addressSpace.name());
  }

  // ---------------------------------------------------------------- size and pages

  @Override
  public long sizeBytes() {
    return size;
  }

  public void setSize(long bytes) {
    if (bytes < size) {
      tailZero = false; // what was before the new end's page end is after the end now
    }
    size = bytes;
  }

  /**
   * A note says that the file is longer; the lock of the extents is held, whose end makes it seen
   * by all.
   */
  private void sizeNoted(long bytes) {
    if (bytes > size) {
      SIZE.setRelease(this, bytes);
    }
  }

  public int hintBlocks() {
    return hintBlocks;
  }

  void setHintBlocks(int blocks) {
    hintBlocks = blocks;
  }

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
   * Before the size grows or has shrunk: what mappings stored after the end, in the last page, must
   * not become content (S0.3).
   */
  public void zeroTail(long size) throws IOException {
    long tail = size & Units.PAGE_BYTES - 1;
    tailZero = false;
    if (tail != 0) {
      store.zero(size, size - tail + Units.PAGE_BYTES);
    }
    tailZero = true;
  }

  /**
   * Whether there are zeros after the end in the last page, unless a mapping has stored there. An
   * earlier mount's mappings may have, so that it is not known until {@link #zeroTail} was called.
   */
  boolean isTailZero() {
    return tailZero;
  }

  /** A write beyond the end has failed. */
  void tailMayHoldBytes() {
    tailZero = false;
  }

  /**
   * A write or a zeroing of bytes on the media has failed: the next writeback makes durable what it
   * has stored. The caller has the invalidate lock.
   */
  public void failedToWrite(long from, long to) {
    failedWrites.add(from, to);
  }

  @Override
  public boolean hasFailedWrites() {
    return failedWrites.areAny();
  }

  @Override
  public void settleFailedWrites(long offset, long end) throws IOException {
    failedWrites.settle(offset, end);
  }

  /** Another place for its pages; with the invalidate lock held exclusively. */
  void setStore(PageStore store) {
    this.store = store;
  }

  // ---------------------------------------------------------------- times

  /**
   * The content changes, or was found to have changed; with the invalidate lock held, so that no
   * time that somebody sets is overwritten by what happened before. The log has it at once, so that
   * it survives the process; neither a flush nor a commit is it worth (the kernel's lazytime).
   */
  public void touch() {
    long now = CoarseClock.now();
    if (changedAt(now)) {
      extents.noteTime(now);
    }
  }

  /** As {@link #touch}, where the change of the tree under way says so. */
  void touchUntold() {
    changedAt(CoarseClock.now());
  }

  @Override
  public void storesFound() {
    touch();
  }

  /** The content changed at a time that somebody else tells; returns whether that is news. */
  boolean changedAt(long now) {
    boolean news = modified != now;
    if (news) { // a volatile store waits for what was written before
      modified = now;
    }
    return news;
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

  // ---------------------------------------------------------------- what the tree does not know
  // yet

  /**
   * The end of a write that has noted something, as {@link #settleNotes}.
   *
   * @throws TreeFailedException the commit has failed that was to stand for the log: the bytes can
   *     be seen as long as the file system is mounted, and no longer
   */
  public void settleWrite() throws TreeFailedException {
    boolean needsCommit = extents.isCutOff() && volume.media.inPlace();
    settleNotes();
    if (needsCommit) {
      volume.tree.ensureHealthy(); // what else has gone wrong waits for the next fsync
    }
  }

  /**
   * The end of whatever has noted something. It is in the log, so that it survives the process;
   * what the log could not be told is committed instead. Folds when so much is pending that a fold
   * would take long, or the promises take much of a small device. The conversion lock is not held.
   * Throws nothing.
   */
  public void settleNotes() {
    boolean cutOff = extents.isCutOff() && volume.media.inPlace();
    if (!cutOff && extents.dirtyWeight() <= volume.maxPendingItems) {
      volume.helpWithLog();
      return;
    }
    try {
      fold(cutOff);
      if (cutOff) {
        commitFolded();
        volume.log.toldToTree();
      }
    } catch (IOException | RuntimeException | Error e) {
      // The store or write before is accepted, and whoever made it must not be told otherwise:
      // its page is noted. What was not folded is as dirty as before, so that the next fsync
      // tries again, and says what it meets.
    }
  }

  /**
   * Makes the tree know, unless there is nobody any more who could have anything to tell.
   *
   * @param times whether changed times are worth a change of the tree
   */
  public void fold(boolean times) throws IOException {
    Fold.run(this, times);
  }

  /**
   * Makes durable what was noted before the call, with a fence: the records of the log say it.
   * Where they do not, the tree does.
   */
  @Override
  public void commit() throws IOException {
    commit(false);
  }

  /**
   * As {@link #commit()}.
   *
   * @param times whether changed times are worth a change of the tree, where the log has none
   */
  public void commit(boolean times) throws IOException {
    volume.tree.ensureHealthy();
    if (extents.owesSize()) {
      tellOwed();
    }
    if (!extents.persistLog(volume.persister)) {
      fold(times);
    }
    volume.tree.commit(foldedSequence);
  }

  /** Not while a change of the tree takes some of the size away, of which the log tells nothing. */
  private void tellOwed() {
    folding.lock();
    try {
      extents.tellOwed(size, modified);
    } finally {
      folding.unlock();
    }
  }

  /** Makes durable what was folded, and nothing else. */
  void commitFolded() throws IOException {
    volume.tree.commit(foldedSequence);
  }

  /** A change is done that has what the inode knew; under {@link #folding}. */
  void folded(long sequence) {
    foldedSequence = sequence;
  }

  /** The inode is read in, of which the tree has this number. */
  void beginStamp(long number) {
    folding.lock();
    try {
      stamp = number;
    } finally {
      folding.unlock();
    }
  }

  /**
   * The tree knows of all records up to a number, with the change that is done; under {@link
   * #folding}.
   */
  void stamped(long number) {
    stamp = number;
  }

  /** The number that the tree's record of the inode has; under {@link #folding}. */
  long stamp() {
    return stamp;
  }

  /** Whether there is something that the tree does not know, be it a time. */
  boolean hasToTell() {
    return !extents.isClean() || modified != 0 || extents.hasRecords();
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

  /** Whether nobody has anything to tell of it any more. */
  @GuardedBy("folding")
  boolean isForgotten() {
    return forgotten;
  }

  /** Its memory is about to be given back. */
  @GuardedBy("folding")
  void markForgotten() {
    forgotten = true;
  }

  // ---------------------------------------------------------------- quotas

  /** What it counts for, or null if there are no quotas, or the file is not read in. */
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

  /** It counts for an account from now on; null if there are no quotas. */
  void setAccount(@Nullable Account account) {
    this.account = account;
  }

  // ---------------------------------------------------------------- life

  public void unlink() {
    unlinked = true;
  }

  public boolean unlinked() {
    return unlinked;
  }

  @Override
  public @Nullable WritebackErrors errors() {
    return store.inPlace() ? null : writebackErrors;
  }

  @Override
  public String toString() {
    return "Inode[" + number + ", " + size + " bytes, " + extents.size() + " extents]";
  }
}
