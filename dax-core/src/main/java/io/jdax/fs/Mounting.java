package io.jdax.fs;

import io.jdax.block.BlockDevice;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.space.Space;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.mm.FrameSpace;
import io.jdax.persist.Persister;
import io.jdax.region.BadRange;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * From a device to a volume: walks the tree, which tells every block that is in use, and gives up
 * files that lost their last name and then their users by a crash.
 */
final class Mounting {
  private final Media media;
  private final Region region;
  private final Persister persister;
  private final Space space;

  /** Known when the tree is open. */
  private Units units = Units.PAGES;

  private DataSpace data;

  private final AtomicLong maxInode = new AtomicLong();
  private final AtomicLong inodes = new AtomicLong();
  private final Queue<Long> orphans = new ConcurrentLinkedQueue<>();
  private @Nullable MountUsage usage;
  private volatile boolean root;
  private volatile boolean any;

  private Mounting(Media media) {
    this.media = media;
    this.region = media.region;
    this.persister = media.persister;
    this.space = new Space(region.name(), region.sizeBytes() >>> Units.PAGE_SHIFT);
    this.data = new DataSpace(region.name(), space, units);
  }

  /**
   * Mounts.
   *
   * @param options with the number of threads for the walk
   */
  static Volume mount(BlockDevice device, MountOptions options) throws IOException {
    Media media = Media.of(device);
    boolean done = false;
    try {
      Volume volume = mount(media, options);
      done = true;
      return volume;
    } finally {
      if (!done) {
        media.close();
      }
    }
  }

  private static Volume mount(Media media, MountOptions options) throws IOException {
    Mounting mounting = new Mounting(media);
    boolean done = false;
    try {
      Volume volume = mounting.run(options);
      done = true;
      return volume;
    } finally {
      if (!done) {
        mounting.space.close();
      }
    }
  }

  private Volume run(MountOptions options) throws IOException {
    CowTree tree = CowTree.open(persister, space);
    @Nullable FrameSpace frames = null;
    boolean done = false;
    units = new Units(tree.info().blockShift());
    data = new DataSpace(region.name(), space, units);
    try {
      media.requireSectorsIn(units.blockBytes);
      boolean quotas = (tree.info().incompatible() & SuperblockInfo.QUOTAS) != 0;
      usage = quotas ? new MountUsage(region.name()) : null;
      tree.mount(options.parallelism(), this::item);
      avoidBadBlocks();
      if (!root) {
        makeRoot(tree);
      }
      frames = FrameSpace.over(region, persister);
      frames.promiseFrames((int) (options.cacheBytes() >>> Units.PAGE_SHIFT));
      Volume volume = new Volume(persister, space, data, tree, frames, media, options);
      volume.nextInode.set(Math.max(Keys.ROOT, maxInode.get()));
      volume.inodeCount.set(inodes.get());
      if (usage != null) {
        usage.finish(tree, volume.projects);
      }
      if (!persister.readOnly()) {
        for (long orphan : orphans) {
          Orphans.reap(volume, orphan, null);
          volume.inodeCount.decrementAndGet();
        }
      }
      media.mounted(tree.info().label());
      done = true;
      return volume;
    } finally {
      if (!done) {
        try {
          if (frames != null) {
            frames.close();
          }
        } finally {
          tree.close();
        }
      }
    }
  }

  /** Called by several threads. */
  private void item(long hi, long lo, MemorySegment node, long offset, int length)
      throws IOException {
    if (!any) { // read first: a store by every item would be contended
      any = true;
    }
    switch (Keys.kind(hi)) {
      case Keys.EXTENT -> extent(hi, lo, node, offset, length);
      case Keys.INODE -> {
        inode(Keys.inode(hi), length);
        if (usage != null) {
          usage.inode(Keys.inode(hi), InodeRecord.project(node, offset));
        }
      }
      case Keys.ORPHAN -> orphans.add(lo);
      case Keys.DIRENT, Keys.XATTR, Keys.SYMLINK -> {}
      case Keys.QUOTA -> quota(lo, node, offset, length);
      default ->
          throw new CorruptMetadataException(
              region.name(), "item " + Long.toHexString(hi), 0, "is of no known kind");
    }
  }

  private void extent(long hi, long lo, MemorySegment node, long offset, int length)
      throws IOException {
    if (length != ExtentRecord.BYTES) {
      throw new CorruptMetadataException(
          region.name(), "extent of inode " + Keys.inode(hi), 0, "has " + length + " bytes");
    }
    long place = ExtentRecord.place(node, offset);
    long count = ExtentRecord.count(node, offset);
    ExtentRecord.check(region.name(), units, hi, lo, place, count, space.totalBlocks());
    long conflict = data.markUsed(place >>> 1, count);
    if (conflict >= 0) {
      throw new CorruptMetadataException(
          region.name(), "extent of inode " + Keys.inode(hi), conflict, "is in use twice");
    }
    if (usage != null) {
      usage.extent(Keys.inode(hi), count);
    }
  }

  private void quota(long project, MemorySegment node, long offset, int length)
      throws CorruptMetadataException {
    if (usage == null) {
      throw new CorruptMetadataException(
          region.name(), "quota of project " + project, 0, "is one that no superblock tells of");
    }
    usage.quota(project, node, offset, length);
  }

  private void inode(long number, int length) throws CorruptMetadataException {
    if (number < Keys.ROOT || number > Keys.MAX_INODE || length != InodeRecord.BYTES) {
      throw new CorruptMetadataException(
          region.name(), "inode " + number, 0, "is not one: " + length + " bytes");
    }
    if (number == Keys.ROOT) {
      root = true;
    }
    if (number > maxInode.getPlain()) {
      maxInode.accumulateAndGet(number, Math::max);
    }
    inodes.incrementAndGet();
  }

  /** What nothing uses and is known to be bad is never given to anybody. */
  private void avoidBadBlocks() {
    for (BadRange bad : media.badRanges) {
      long end = Math.min(Units.pagesIn(bad.offset() + bad.length()), space.totalBlocks());
      for (long pfn = bad.offset() >>> Units.PAGE_SHIFT; pfn < end; pfn++) {
        data.avoid(pfn);
      }
    }
  }

  /** A crash between the superblock of a new file system and its root, or the format itself. */
  private void makeRoot(CowTree tree) throws IOException {
    if (any) {
      throw new CorruptMetadataException(
          region.name(), "inode " + Keys.ROOT, 0, "the root directory, is not in the tree");
    }
    if (persister.readOnly()) {
      throw new CorruptMetadataException(
          region.name(), "inode " + Keys.ROOT, 0, "is missing: the format was not finished");
    }
    try (Change change = tree.change()) {
      InodeRecord r = InodeRecord.create(FileType.DIRECTORY, 0755, Keys.ROOT);
      change.put(Keys.hi(Keys.ROOT, Keys.INODE), 0, r.toBytes());
      change.done();
    }
    tree.commit();
    inodes.set(1);
  }
}
