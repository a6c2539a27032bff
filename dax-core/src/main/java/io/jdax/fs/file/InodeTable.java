package io.jdax.fs.file;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.volume.Steps;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.PinnedException;
import io.jdax.os.Waits;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The files that are in DRAM, each once: used by a handle, a mapping, a pin or whoever works on it,
 * or kept because somebody may still store through a mapping that was closed a moment ago. Owner of
 * every inode's life, see {@link InodeState}.
 *
 * <pre>
 *   last user gone    OPEN → PUTTING_AWAY    flushed and folded while others may come; then again with the
 *                                            invalidate lock held exclusively, where nobody is in the middle
 *                                            of anything: nobody has come, so GONE; else OPEN
 *   … without a name  → GONE                 what it occupies is given up; while that can't be, it is kept for later
 *   GONE              out of the table       no user, no lock of others: whoever waits for it may have a change open
 * </pre>
 */
public final class InodeTable {
  /** Ask for a turn-over once more inodes than this are waiting for one. */
  private static final int MANY = 64;

  public final Volume volume;

  /** What gives a file its place in DRAM, if it wants one. */
  final PageStores stores;

  // the monitor guards these, and the life of each inode
  @GuardedBy("this")
  private final Map<Long, Inode> all = new HashMap<>();

  /** Those without a user that may still be stored to. */
  @GuardedBy("this")
  private final Set<Inode> lingering = new HashSet<>();

  /** How many threads put an inode away. */
  @GuardedBy("this")
  private int busy;

  public InodeTable(Volume volume, PageStores stores) {
    this.volume = volume;
    this.stores = stores;
    volume.foldWith(this::foldPending);
  }

  // ---------------------------------------------------------------- use

  /**
   * The inode, loaded; to be released.
   *
   * @throws NoSuchFileException it is no more
   */
  public Inode acquire(long number, String path) throws IOException {
    Inode inode = retained(number);
    if (inode == null) {
      throw new NoSuchFileException(path);
    }
    boolean done = false;
    try {
      inode.open(path);
      done = true;
      return inode;
    } finally {
      if (!done) {
        releaseQuietly(inode);
      }
    }
  }

  /** The inode of a file that has a name, loaded or not; to be released. */
  public Inode retain(long number) throws CorruptMetadataException {
    Inode inode = retained(number);
    if (inode == null) {
      throw new CorruptMetadataException(
          volume.region.name(),
          "inode " + number,
          "has a name, though its last one was removed before");
    }
    return inode;
  }

  /**
   * The inode with one more user, or null if it has no name and is being given up. May be called
   * with a change open: an inode that is waited for here needs none to leave.
   */
  private synchronized @Nullable Inode retained(long number) {
    Inode inode = all.get(number);
    if (isLeaving(inode)) {
      Waits.whileTrue(this, () -> isLeaving(number));
      inode = all.get(number);
    }
    volume.ensureOpen(); // those who close it have seen all that are in the table, or see this one
    return inode == null ? added(number) : inode.state == InodeState.GONE ? null : used(inode);
  }

  /** The inode of a number that nobody has had before, not loaded; to be released. */
  public synchronized Inode retainNew(long number) {
    volume.ensureOpen();
    return added(number);
  }

  private synchronized Inode added(long number) {
    Inode inode = new Inode(this, number);
    Inode before = all.put(inode.key, inode);
    assert before == null : inode + " is in the table";
    return used(inode);
  }

  private synchronized boolean isLeaving(long number) {
    return isLeaving(all.get(number));
  }

  /** Whether an inode is about to leave the table, and a new one may take its place. */
  private static boolean isLeaving(@Nullable Inode inode) {
    return inode != null && inode.state == InodeState.GONE && !inode.unlinked();
  }

  private static Inode used(Inode inode) {
    inode.users++;
    inode.acquisitions++;
    return inode;
  }

  /**
   * One more user of an inode, for a mapping or a pin.
   *
   * @throws IllegalStateException whoever asks has none, and the file was put away
   */
  public void retain(Inode inode) {
    if (!tryRetain(inode)) {
      throw new IllegalStateException("file " + inode.addressSpace.name() + " is closed");
    }
  }

  /** One more user of an inode, unless it was put away. */
  public synchronized boolean tryRetain(Inode inode) {
    return inode.state != InodeState.GONE && used(inode) == inode;
  }

  /** The inode if it is in DRAM and may be used, to be released; else null. */
  public synchronized @Nullable Inode retainIfOpen(long number) {
    Inode inode = all.get(number);
    return inode == null || !tryRetain(inode) ? null : inode;
  }

  /** Does something with an inode. */
  public interface Visitor {
    void visit(Inode inode) throws IOException;
  }

  /**
   * Shows every inode that may be used, each kept for as long as it is shown; all of them, whatever
   * is thrown at one.
   */
  public void forEach(Visitor visitor) throws IOException {
    Steps steps = new Steps();
    for (Inode inode : snapshot()) {
      if (tryRetain(inode)) {
        try {
          visitor.visit(inode);
        } catch (Throwable t) {
          steps.failed(t);
        } finally {
          releaseQuietly(inode);
        }
      }
    }
    steps.end();
  }

  /**
   * Tells the tree what is pending, of all files that nobody else is folding: the promises for it
   * are of the worst case, and end. Throws nothing: whatever is met here, the next fsync meets
   * again.
   */
  private void foldPending() {
    for (Inode inode : snapshot()) {
      Fold.runQuietly(inode);
    }
  }

  private synchronized List<Inode> snapshot() {
    return new ArrayList<>(all.values());
  }

  // ---------------------------------------------------------------- release

  /**
   * One user less. The caller has no change open: the end of a file wants one, and locks whose
   * owners wait for one.
   *
   * @throws IOException it was the last, and what is dirty could not be flushed or recorded; it
   *     stays in DRAM, and the next sync or close of the file system tries again
   */
  public void release(Inode inode) throws IOException {
    assert !volume.tree.isChangedByMe() : inode + " is let go of with a change open";
    synchronized (this) {
      inode.users--;
    }
    if (begin(inode)) {
      putAway(inode);
      sweep();
    }
  }

  /** As {@link #release}, where nobody can be told: a later sync of the file is. Throws nothing. */
  public void releaseQuietly(Inode inode) {
    assert !volume.tree.isChangedByMe() : inode + " is let go of with a change open";
    try {
      release(inode);
    } catch (Throwable t) {
      say(inode, t);
    }
  }

  private void say(Inode inode, Throwable t) {
    try {
      System.getLogger(InodeTable.class.getName())
          .log(
              System.Logger.Level.WARNING,
              volume.region.name() + ": " + inode + " stays open: its last user could not flush it",
              t);
    } catch (Throwable e) {
      // A logger that fails, for want of memory mostly, is not to end what its caller is about.
    }
  }

  /** Flushes an inode for whoever has just given it up to others, unless they have put it away. */
  public void flush(Inode inode) throws IOException {
    if (tryRetain(inode)) {
      try {
        if (!inode.unlinked() && !volume.isClosed()) {
          inode.flush();
        }
      } finally {
        release(inode);
      }
    }
  }

  /** Returns whether the caller is to put an inode away: nobody uses it, does so, or has. */
  private synchronized boolean begin(Inode inode) {
    if (inode.users > 0 || inode.state != InodeState.OPEN) {
      return false;
    }
    if (volume.isClosed()) {
      lingering.add(inode); // in case that the file system stays open after all
      return false;
    }
    inode.state = InodeState.PUTTING_AWAY;
    lingering.remove(inode);
    busy++;
    return true;
  }

  /**
   * Puts away the inodes whose wait for a turn-over is over. Throws nothing that one of them does.
   */
  private void sweep() {
    List<Inode> candidates;
    synchronized (this) {
      if (lingering.isEmpty()) {
        return;
      }
      lingering.removeIf(inode -> inode.users > 0 || inode.state != InodeState.OPEN);
      candidates = new ArrayList<>(lingering);
    }
    int waiting = 0;
    for (Inode inode : candidates) {
      // Not under the monitor: it wants the invalidate lock, whose owner may want the monitor.
      if (!inode.addressSpace.isQuiet()) {
        waiting++;
      } else if (begin(inode)) {
        try {
          putAway(inode);
        } catch (Throwable t) {
          say(inode, t);
        }
      }
    }
    if (waiting > MANY) {
      volume.frames.quarantine().turnOverSoon();
    }
  }

  // ---------------------------------------------------------------- putting away

  /** What a look at an inode that is being put away has shown. */
  private enum Look {
    /** Somebody uses it, or may still store: it is open again. */
    STAYS,
    /** Somebody was there meanwhile. */
    AGAIN,
    /** It has no name and no user: nobody can want it any more. */
    NAMELESS,
    /** Nobody was there. */
    UNUSED
  }

  private void putAway(Inode inode) throws IOException {
    Look look = Look.AGAIN;
    try {
      while (look == Look.AGAIN) {
        long seen = acquisitions(inode);
        look = look(inode, seen, true);
        if (look == Look.UNUSED) {
          boolean quiet = inode.flush();
          look = look(inode, seen, quiet);
        }
        if (look == Look.UNUSED) {
          look = end(inode, seen);
        }
      }
      if (look == Look.NAMELESS) {
        giveUp(inode);
      }
    } finally {
      leave(inode, look);
    }
  }

  private synchronized long acquisitions(Inode inode) {
    return inode.acquisitions;
  }

  /**
   * Decided here, in one place: whoever has no name and no user is gone, and so is not found any
   * more. What stays is open again at once: its last user, who may go right after this, leaves it
   * to the thread that puts it away for as long as there is one.
   *
   * @param seen acquisitions before it was flushed
   */
  private synchronized Look look(Inode inode, long seen, boolean quiet) {
    if (inode.users > 0) {
      inode.state = InodeState.OPEN;
      return Look.STAYS;
    }
    if (inode.unlinked()) {
      inode.state = InodeState.GONE;
      return Look.NAMELESS;
    }
    if (inode.acquisitions != seen) {
      return Look.AGAIN;
    }
    if (!quiet) {
      lingering.add(inode);
      inode.state = InodeState.OPEN;
      return Look.STAYS;
    }
    return Look.UNUSED;
  }

  /**
   * Once more where nobody is in the middle of anything, faults of mappings that were just closed
   * and the flusher included; then nothing is left that the tree does not know, and the inode goes.
   */
  private Look end(Inode inode, long seen) throws IOException {
    try {
      inode.addressSpace.lockForInvalidation(0, Long.MAX_VALUE, 0);
    } catch (PinnedException e) {
      return Look.AGAIN; // by somebody who was not there before
    }
    Look look;
    // Before it is gone: whoever has the folding lock may wait for a change, whose owner may wait
    // for this inode.
    inode.folding.lock();
    try {
      inode.flush();
      synchronized (this) {
        look = look(inode, seen, true);
        if (look == Look.UNUSED) {
          inode.state = InodeState.GONE;
        }
      }
      if (look == Look.UNUSED) {
        inode.forget();
      }
    } finally {
      inode.folding.unlock();
      inode.addressSpace.invalidateLock().unlockExclusive();
    }
    return look;
  }

  /** All of a file without a name; kept for later if that can't be now. */
  private void giveUp(Inode inode) throws IOException {
    boolean done = false;
    try {
      inode.addressSpace.lockForInvalidation(0, Long.MAX_VALUE, 0);
      inode.folding.lock(); // nobody folds it in the middle
      try {
        inode.forget();
      } finally {
        inode.folding.unlock();
        inode.addressSpace.invalidateLock().unlockExclusive();
      }
      done = inode.reap();
    } finally {
      keep(inode, !done);
    }
  }

  private synchronized void keep(Inode inode, boolean nameless) {
    inode.kept = nameless;
  }

  /**
   * A thread has put an inode away, or could not, or need not.
   *
   * @param look what it saw last; after {@link Look#STAYS} the inode may be anybody's
   */
  private synchronized void leave(Inode inode, Look look) {
    busy--;
    if (look != Look.STAYS) {
      if (inode.state == InodeState.PUTTING_AWAY) { // it could not be flushed
        inode.state = InodeState.OPEN;
        if (inode.users == 0 && inode.unlinked()) {
          lingering.add(inode); // by whoever went meanwhile, and left it to this thread
        }
      } else if (!inode.kept) {
        all.remove(inode.key, inode);
      }
    }
    notifyAll();
  }

  /** Gives up what could not be when its last user went: all of them, whatever one throws. */
  public void giveUpNameless() throws IOException {
    Steps steps = new Steps();
    for (Inode inode : snapshot()) {
      if (beginAgain(inode)) {
        try {
          giveUp(inode);
        } catch (Throwable t) {
          steps.failed(t);
        } finally {
          leave(inode, Look.NAMELESS);
        }
      }
    }
    steps.end();
  }

  private synchronized boolean beginAgain(Inode inode) {
    boolean mine = inode.kept && !volume.isClosed();
    if (mine) {
      inode.kept = false;
      busy++;
    }
    return mine;
  }

  // ---------------------------------------------------------------- the end of all

  /**
   * The volume says that it is closed, so that nobody begins to put an inode away: returns when
   * nobody is in the middle of it.
   */
  public synchronized void awaitPutAway() {
    Waits.whileTrue(this, this::isBusy);
  }

  private synchronized boolean isBusy() {
    return busy > 0;
  }

  /** Closes all address spaces; the mappings end. */
  public void close() throws IOException {
    Steps steps = new Steps();
    for (Inode inode : snapshot()) {
      try {
        inode.addressSpace.close();
      } catch (Throwable t) {
        steps.failed(t);
      }
    }
    steps.end();
  }
}
