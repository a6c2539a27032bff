package io.jdax.fs.mount;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.format.ExtentItems;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.log.LogFlaw;
import io.jdax.fs.log.LogReplay;
import io.jdax.fs.log.LogScan;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.Item;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tells the tree what the log has, before anybody uses the file system, and counts what comes of
 * it: blocks, promises, quotas. On a region that is read-only it is told in DRAM alone.
 */
final class MountReplay {
  private final String region;
  private final CowTree tree;
  private final Space space;
  private final Units units;
  private final LogScan scan;
  private final @Nullable MountUsage usage;
  private final NamedBlocks named;
  private final LogReplay replay;
  private final List<LogReplay.File> files = new ArrayList<>();

  MountReplay(
      String region,
      CowTree tree,
      Space space,
      DataSpace data,
      Units units,
      LogScan scan,
      @Nullable MountUsage usage) {
    this.region = region;
    this.tree = tree;
    this.space = space;
    this.units = units;
    this.scan = scan;
    this.usage = usage;
    this.named = new NamedBlocks(data);
    this.replay = new LogReplay(region, units, space.totalFrames(), scan, named);
  }

  /**
   * Finds what counts, and takes the blocks of it, so that nothing else gets them: not the nodes
   * that telling it takes, nor whatever avoids bad blocks.
   */
  void prepare() throws IOException {
    Item item = new Item();
    for (long inode : scan.inodes()) {
      boolean there = tree.read(t -> t.get(Keys.hi(inode, Keys.INODE), 0, item));
      LogReplay.File file = replay.begin(inode, there ? item : null);
      if (file != null) {
        file.forEachExtent(named::take);
        files.add(file);
      }
    }
  }

  /**
   * Tells all of it, after {@link #prepare}. Not durable on return.
   *
   * @throws CorruptMetadataException the log says what can't be, or may lack something, and the
   *     region is not read-only: the next life would make an end of what a repair can still name
   */
  void run() throws IOException {
    if (scan.isEmpty()) {
      return;
    }
    for (LogReplay.File file : files) {
      tell(file);
    }
    for (long inode : scan.inodes()) {
      promise(inode);
    }
    if (tree.isFrozen()) {
      return;
    }
    for (LogFlaw flaw : replay.flaws()) {
      if (flaw.kind() == LogFlaw.Kind.TAKEN && tree.mayLackCommit()) {
        // Told after a change of the tree that is lost with its superblock, such as a punch: it
        // ends what counts of its file, as a record that has not arrived does.
        continue;
      }
      throw new CorruptMetadataException(
          region, "log", flaw.frame(), flaw.what() + "; a check tells more, and can repair it");
    }
  }

  private void tell(LogReplay.File file) throws IOException {
    do {
      try (Change change = tree.changeForReplay()) {
        file.tellSome(change);
        change.done();
      }
    } while (file.hasMore());
    if (usage != null) {
      usage.extent(file.inode, file.added);
    }
  }

  /** For what of it is unwritten now; the walk has left it out. */
  private void promise(long inode) throws IOException {
    ExtentItems items = new ExtentItems(region, units, space.totalFrames(), inode);
    long promised =
        tree.read(
            t -> {
              long sum = 0;
              long[] extent = new long[3];
              for (long at = 0; items.from(t, at, extent); at = extent[0] + extent[1]) {
                sum += ExtentRecord.promisedItems(extent[2], extent[1]);
              }
              return sum;
            });
    space.promisedBefore(promised);
  }
}
