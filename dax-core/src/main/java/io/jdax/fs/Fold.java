package io.jdax.fs;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import java.io.IOException;

/**
 * Makes the tree say what an inode knows: pending extents, size, times.
 *
 * <p>In pieces of a few hundred items, since a change keeps everybody else out. A crash between two
 * of them is harmless: the size goes first, so that blocks that were never told of are holes before
 * the end of the file, and read as zeros.
 */
final class Fold {
  private static final int ITEMS_PER_CHANGE = 256;

  private Fold() {}

  /**
   * Not durable on return: {@link Inode#commit} is.
   *
   * @param times whether changed times are worth a change of the tree
   */
  static void run(Inode inode, boolean times) throws IOException {
    inode.folding.lock();
    try {
      if (!inode.extents.isClean() || times && inode.modified() != 0) {
        fold(inode);
      }
    } finally {
      inode.folding.unlock();
    }
  }

  private static void fold(Inode inode) throws IOException {
    DirtyRanges.Batch batch = inode.extents.takeDirty();
    DirtyRanges.Range[] ranges = batch.ranges();
    // A write beyond the end notes its blocks first and the size after: those wait for it.
    long end = inode.volume.units.blocksIn(inode.sizeBytes());
    TreeExtents tree = new TreeExtents(inode.volume, inode.number);
    boolean size = batch.size() || inode.modified() != 0;
    int range = 0;
    long at = ranges.length > 0 ? ranges[0].first() : 0;
    boolean done = false;
    try {
      while (size || range < ranges.length && ranges[range].first() < end) {
        try (Change change = inode.volume.tree.changeFromReserve()) {
          long time = size ? putRecord(inode, change) : 0;
          int left = ITEMS_PER_CHANGE;
          while (left > 0 && range < ranges.length && ranges[range].first() < end) {
            long to = Math.min(ranges[range].end(), end);
            long stop = tree.mirror(change, inode.extents, at, to, left);
            left -= tree.mirrored();
            at = stop;
            if (stop == to) {
              if (to < ranges[range].end()) {
                ranges[range] = new DirtyRanges.Range(to, ranges[range].end() - to);
              } else {
                range++;
              }
              at = range < ranges.length ? ranges[range].first() : 0;
            }
          }
          inode.folded(change.done());
          if (size) {
            inode.modifiedFolded(time);
            size = false;
          }
        }
      }
      done = true;
    } finally {
      boolean sizeAgain = !done && size && batch.size();
      inode.volume.space.recorded(inode.extents.settle(batch, range, sizeAgain));
    }
  }

  /**
   * Puts the inode's record with its size and times as they are now.
   *
   * @return for {@link Inode#modifiedFolded}, when the change is done
   */
  static long putRecord(Inode inode, Change change) throws IOException {
    return putRecord(inode, change, Long.MIN_VALUE);
  }

  /**
   * As {@link #putRecord(Inode, Change)}.
   *
   * @param changed when something was changed that is no content
   */
  static long putRecord(Inode inode, Change change, long changed) throws IOException {
    Item item = new Item();
    long hi = Keys.hi(inode.number, Keys.INODE);
    if (!change.get(hi, 0, item)) {
      throw new CorruptMetadataException(
          inode.volume.region.name(), "inode " + inode.number, 0, "is not in the tree");
    }
    InodeRecord r = InodeRecord.of(inode.volume.region.name(), item);
    long time = inode.modified();
    inode.patch(r, time);
    r.changed = Math.max(r.changed, changed);
    change.put(hi, 0, r.toBytes());
    return time;
  }
}
