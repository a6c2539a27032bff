package io.jdax.fs;

import io.jdax.fs.quota.Project;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Files without a name: what they occupy is given back when their last user is gone, or at the next
 * mount. In changes of a few hundred extents, from the end, so that it may be interrupted anywhere.
 */
final class Orphans {
  private static final int EXTENTS_PER_CHANGE = 512;

  private Orphans() {}

  /**
   * Gives up all of an inode. Called once per inode, when nobody uses it.
   *
   * @param map its extents, if they are in DRAM: more than the tree may know; else null
   */
  static void reap(Volume volume, long inode, @Nullable ExtentMap map) throws IOException {
    long hi = Keys.hi(inode, Keys.EXTENT);
    Item item = new Item();
    Project project = project(volume, inode, item);
    boolean more = true;
    while (more) {
      BlockRuns gone = new BlockRuns();
      long commit;
      try (Change change = volume.tree.changeFromReserve()) {
        more = takeSome(volume, change, hi, item, gone);
        if (!more) {
          change.deleteRange(Keys.hi(inode, 0), 0, Keys.hi(inode + 1, 0), 0);
          change.delete(Keys.ORPHANS, inode);
        }
        commit = change.commit();
        change.done();
      }
      if (map != null) {
        gone = new BlockRuns();
        if (!more) {
          map.remove(0, volume.units.maxBlocks(), gone);
        }
      }
      if (project != null) {
        project.addBlocks(-gone.blocks());
        project.addInodes(more ? 0 : -1);
      }
      volume.giveUp(gone, commit);
    }
  }

  /** What the inode counts for; null: nothing. */
  private static @Nullable Project project(Volume volume, long inode, Item item)
      throws IOException {
    return volume.projects.isOn()
            && volume.tree.read(tree -> tree.get(Keys.hi(inode, Keys.INODE), 0, item))
        ? volume.projects.get(InodeRecord.of(volume.region.name(), item).project)
        : null;
  }

  private static boolean takeSome(Volume volume, Change change, long hi, Item item, BlockRuns gone)
      throws IOException {
    long from = -1;
    int taken = 0;
    while (taken < EXTENTS_PER_CHANGE
        && change.floor(hi, from < 0 ? Long.MAX_VALUE : from - 1, item)
        && item.hi() == hi) {
      ExtentRecord.check(
          volume.region.name(),
          volume.units,
          hi,
          item.lo(),
          ExtentRecord.place(item),
          ExtentRecord.count(item),
          volume.space.totalBlocks());
      gone.add(ExtentRecord.place(item) >>> 1, ExtentRecord.count(item));
      from = item.lo();
      taken++;
      if (from == 0) {
        break;
      }
    }
    if (taken > 0) {
      change.deleteRange(hi, from, hi + 1, 0);
    }
    return taken == EXTENTS_PER_CHANGE;
  }
}
