package io.jdax.fs.file;

import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import io.jdax.fs.quota.Project;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.fs.volume.Volume;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Files without a name: what they occupy is given back when their last user is gone, or at the next
 * mount. In changes of a few hundred extents, from the end, so that it may be interrupted anywhere.
 */
public final class Orphans {
  private static final int EXTENTS_PER_CHANGE = 512;

  private Orphans() {}

  /**
   * Gives up all of an inode, which nobody uses; again, after an exception, what is left.
   *
   * @param map its extents, if they are in DRAM: more than the tree may know; else null
   */
  public static void reap(Volume volume, long inode, @Nullable ExtentMap map) throws IOException {
    long hi = Keys.hi(inode, Keys.EXTENT);
    Item item = new Item();
    boolean more = volume.tree.read(tree -> tree.get(Keys.hi(inode, Keys.INODE), 0, item));
    Project project = project(volume, inode, item);
    BlockRuns all = new BlockRuns();
    if (map != null) {
      map.collect(0, Limits.fileBlocks(volume.units), all);
    }
    volume.leaving();
    try {
      long commit =
          more ? takeAll(volume, inode, hi, item, project, map) : volume.tree.generation() + 1;
      if (map != null) {
        map.remove(0, Limits.fileBlocks(volume.units), null); // if what follows fails, it is done
        giveUp(volume, project, all, commit);
      }
    } finally {
      volume.left();
    }
  }

  /** Takes all items of an inode out of the tree; returns the commit that has the last of them. */
  private static long takeAll(
      Volume volume,
      long inode,
      long hi,
      Item item,
      @Nullable Project project,
      @Nullable ExtentMap map)
      throws IOException {
    while (true) {
      BlockRuns gone = new BlockRuns();
      Taken taken;
      long commit;
      try (Change change = volume.reaping()) {
        taken = takeSome(volume, change, hi, item, gone);
        if (!taken.more) {
          change.deleteRange(Keys.hi(inode, 0), 0, Keys.hi(inode + 1, 0), 0);
          change.delete(Keys.ORPHANS, inode);
        }
        commit = change.commitNumber();
        change.done();
      }
      if (!taken.more) {
        volume.inodeCount.decrementAndGet();
        if (project != null) {
          project.addInodes(-1);
        }
      }
      if (map == null) {
        volume.space.recorded(taken.promised);
        giveUp(volume, project, gone, commit);
      }
      if (!taken.more) {
        return commit;
      }
    }
  }

  private static void giveUp(
      Volume volume, @Nullable Project project, BlockRuns gone, long commit) {
    if (project != null) {
      project.addBlocks(-gone.blocks());
    }
    volume.giveUp(gone, commit);
  }

  /** The project that the inode counts for, or null. */
  private static @Nullable Project project(Volume volume, long inode, Item item)
      throws IOException {
    return volume.projects.isOn()
            && volume.tree.read(tree -> tree.get(Keys.hi(inode, Keys.INODE), 0, item))
        ? volume.projects.get(InodeRecord.of(volume.region.name(), item).project)
        : null;
  }

  /**
   * A piece that is taken out of the tree.
   *
   * @param more whether there is another one
   * @param promised items, for what of it is unwritten
   */
  private record Taken(boolean more, long promised) {}

  private static Taken takeSome(Volume volume, Change change, long hi, Item item, BlockRuns gone)
      throws IOException {
    long from = -1;
    long promised = 0;
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
          volume.space.totalFrames());
      gone.add(ExtentRecord.place(item) >>> 1, ExtentRecord.count(item));
      promised += ExtentRecord.promisedItems(ExtentRecord.place(item), ExtentRecord.count(item));
      from = item.lo();
      taken++;
      if (from == 0) {
        break;
      }
    }
    if (taken > 0) {
      change.deleteRange(hi, from, hi + 1, 0);
    }
    return new Taken(taken == EXTENTS_PER_CHANGE, promised);
  }
}
