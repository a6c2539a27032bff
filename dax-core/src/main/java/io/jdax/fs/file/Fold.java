package io.jdax.fs.file;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.ChangePoint;
import io.jdax.fs.tree.Item;
import java.io.IOException;

/**
 * Makes the tree say what an inode knows: pending extents, size, times.
 *
 * <p>In pieces of a few hundred items, since a change keeps everybody else out, and smaller ones
 * when few blocks are left for nodes: each change gives back, by the commit after next, what it
 * took to copy, so that the reserve has to pay for one piece and not for the file. A crash between
 * two of them is harmless: the size goes first, so that blocks that were never told of are holes
 * before the end of the file, and the records of the log that tell of them count until the last
 * piece, which has the stamp.
 *
 * <p>How far it has come is known to the {@link DirtyRanges.Batch} alone, and moves when a change
 * is done.
 */
public final class Fold {
  private static final int ITEMS_PER_CHANGE = 256;

  /** Between two looks at how many blocks are left for nodes. */
  private static final int ITEMS_PER_STEP = 32;

  private Fold() {}

  /**
   * Not durable on return: {@link InodeFacts#commit} is.
   *
   * @param times whether changed times are worth a change of the tree
   */
  static void run(InodeFacts inode, boolean times) throws IOException {
    try {
      runLocked(inode, times);
    } catch (NoSpaceException e) {
      // What was promised is there. It may be that frames have to leave the quarantine first, which
      // must not be waited for with a lock that a page fault wants.
      inode.volume.bringBackSpace();
      runLocked(inode, times);
    }
  }

  private static void runLocked(InodeFacts inode, boolean times) throws IOException {
    inode.folding.lock();
    try {
      if (!inode.isForgotten() && (!inode.extents.isClean() || times && inode.hasToTell())) {
        fold(inode);
      }
    } finally {
      inode.folding.unlock();
    }
  }

  /**
   * Folds what is pending, if no other thread is folding it already: the caller may hold locks of
   * another file. Throws nothing: what was not told stays pending, and the next fsync says what it
   * meets.
   */
  static void runQuietly(InodeFacts inode) {
    if (!inode.hasToTell() || !inode.folding.tryLock()) {
      return;
    }
    try {
      if (!inode.isForgotten()) {
        fold(inode);
      }
    } catch (IOException | RuntimeException | Error e) {
      // for the next fsync
    } finally {
      inode.folding.unlock();
    }
  }

  /**
   * Folds before a change of the tree that the log does not know: what was told until now is void
   * when that is done, so the tree has to know it. The caller has the folding lock.
   */
  static void beforeUpdate(InodeFacts inode) throws IOException {
    if (inode.hasToTell()) {
      fold(inode);
    }
  }

  /** The caller has the folding lock. */
  private static void fold(InodeFacts inode) throws IOException {
    DirtyRanges.Batch batch = inode.extents.takeDirty();
    // A write beyond the end notes its blocks first and the size after: those wait for it, unless
    // nobody can be writing.
    long end =
        inode.addressSpace.invalidateLock().heldExclusively()
            ? Long.MAX_VALUE
            : inode.volume.units.blocksIn(inode.sizeBytes());
    TreeExtents tree = new TreeExtents(inode.volume, inode.number);
    boolean size = batch.size() || inode.modified() != 0;
    ChangePoint point = ChangePoint.ofCommit(0);
    while (size
        || isBefore(batch, batch.next(), batch.at(), end)
        || batch.hasNoRange() && !batch.isTold()) {
      try (Change change = inode.volume.tree.changeFromReserve()) {
        boolean more = isBefore(batch, batch.next(), batch.at(), end);
        // First, so that there are nodes for it. Its stamp is as before: if this change is not the
        // last, a mount still needs the records.
        long time = size && more ? putRecord(inode, change) : 0;
        int range = batch.next();
        long at = batch.at();
        int left = ITEMS_PER_CHANGE;
        while (left > 0 && isBefore(batch, range, at, end)) {
          long to = Math.min(batch.range(range).end(), end);
          at = tree.mirror(change, inode.extents, at, to, Math.min(left, ITEMS_PER_STEP));
          left -= Math.max(1, tree.mirrored());
          if (at == batch.range(range).end()) {
            range++;
            at = range < batch.ranges() ? batch.range(range).first() : 0;
          }
          if (!change.hasNodesForMore()) {
            break;
          }
        }
        boolean last = range == batch.ranges() && (!more || change.hasNodesForMore());
        long stamp = last ? Math.max(inode.stamp(), batch.stamp()) : inode.stamp();
        if (last) {
          time = putRecord(inode, change, Long.MIN_VALUE, stamp);
        } else if (size && !more) {
          time = putRecord(inode, change); // ranges that wait for the size
        }
        inode.folded(change.done());
        point = change.point();
        batch.told(range, at, last);
        inode.stamped(stamp);
        if (time != 0) {
          inode.modifiedFolded(time);
        }
        size = false;
      }
    }
    inode.volume.space.recorded(inode.extents.settle(batch, point));
  }

  private static boolean isBefore(DirtyRanges.Batch batch, int range, long at, long end) {
    return range < batch.ranges() && at < end;
  }

  /**
   * Puts the inode's record with its size and times as they are now.
   *
   * @return for {@link InodeFacts#modifiedFolded}, when the change is done
   */
  static long putRecord(InodeFacts inode, Change change) throws IOException {
    return putRecord(inode, change, Long.MIN_VALUE);
  }

  /**
   * As {@link #putRecord(InodeFacts, Change)}.
   *
   * @param changed when something was changed that is no content
   */
  static long putRecord(InodeFacts inode, Change change, long changed) throws IOException {
    return putRecord(inode, change, changed, inode.stamp());
  }

  private static long putRecord(InodeFacts inode, Change change, long changed, long stamp)
      throws IOException {
    Item item = new Item();
    long hi = Keys.hi(inode.number, Keys.INODE);
    if (!change.get(hi, 0, item)) {
      throw new CorruptMetadataException(
          inode.volume.region.name(), "inode " + inode.number, "is not in the tree");
    }
    InodeRecord r = InodeRecord.of(inode.volume.region.name(), item);
    long time = inode.modified();
    inode.patch(r, time);
    r.changed = Math.max(r.changed, changed);
    r.stamp = stamp;
    change.put(hi, 0, r.toBytes());
    return time;
  }
}
