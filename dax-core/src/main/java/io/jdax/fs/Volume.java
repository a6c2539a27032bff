package io.jdax.fs;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.ReadOnlyMountException;
import io.jdax.fs.quota.Projects;
import io.jdax.fs.space.Space;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.mm.FrameSpace;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** What all parts of one mounted file system share. */
final class Volume {
  /** Tree items pending in one inode, above which it is folded. */
  private static final long MAX_PENDING_ITEMS = 16384;

  /** What a change of some steps may want. */
  private static final int NODES_AT_HAND = 64;

  final Region region;
  final Persister persister;
  final Space space;
  final DataSpace data;
  final CowTree tree;
  final FrameSpace frames;
  final Units units;
  final Media media;
  final Tier tier;
  final InodeTable inodes;
  final NameHash names;
  final Projects projects;
  final long maxPendingItems;
  final AtomicLong nextInode = new AtomicLong(Keys.ROOT);
  final AtomicLong inodeCount = new AtomicLong();
  private volatile boolean readOnly;
  private volatile boolean closed;

  Volume(
      Persister persister,
      Space space,
      DataSpace data,
      CowTree tree,
      FrameSpace frames,
      Media media,
      MountOptions options,
      NameHash names) {
    this.region = persister.region();
    this.persister = persister;
    this.space = space;
    this.data = data;
    this.tree = tree;
    this.frames = frames;
    this.units = new Units(tree.info().blockShift());
    this.media = media;
    this.tier = new Tier(frames, media, options);
    this.inodes = new InodeTable(this);
    this.names = names;
    this.projects = new Projects(region.name(), tree.info().blockSize());
    this.maxPendingItems = Math.clamp(space.totalBlocks() / 16, 64, MAX_PENDING_ITEMS);
    this.readOnly = persister.readOnly();
  }

  /** Bytes per block, as a power of two. */
  int blockShift() {
    return units.blockShift;
  }

  /** Blocks of the device. */
  long totalBlocks() {
    return units.blocksOf(space.totalBlocks());
  }

  boolean readOnly() {
    return readOnly;
  }

  void setReadOnly(boolean readOnly) {
    this.readOnly = readOnly;
  }

  void closed() {
    closed = true;
  }

  boolean isClosed() {
    return closed;
  }

  void ensureOpen() {
    if (closed) {
      throw new IllegalStateException("the file system on " + region.name() + " is closed");
    }
  }

  void ensureWritable() throws ReadOnlyMountException {
    ensureOpen();
    if (readOnly) {
      throw new ReadOnlyMountException(region.name());
    }
  }

  /**
   * Gives up blocks that a change took out of the tree, when no mapping shows them any more: first
   * until no thread can reach them, then until no commit that could be fallen back to shows them.
   *
   * @param commit that the change is in
   */
  void giveUp(BlockRuns runs, long commit) {
    runs.forEach(
        (block, count) ->
            frames
                .quarantine()
                .add(
                    units.pageOf(block),
                    units.pageEnd(block + count) - units.pageOf(block),
                    (pfn, pages) -> data.freeAfter(block, count, commit)));
  }

  /**
   * Begins a change that may make the tree grow. What is on its way back is fetched first if the
   * change might lack it.
   */
  Change change() throws IOException {
    if (space.usableBlocks() < NODES_AT_HAND && frames.quarantine().statistics().heldPages() > 0) {
      reclaim();
    }
    return tree.change();
  }

  /** Brings back what is on its way: for a second try when space ran out. No change is open. */
  void reclaim() throws IOException {
    frames.quarantine().drainNow();
    tree.reclaim();
  }

  /** Sets blocks aside, all or nothing. */
  void reserve(long count) throws IOException {
    try {
      data.reserve(count);
    } catch (NoSpaceException e) {
      reclaim();
      data.reserve(count);
    }
  }

  /** Room in the tree for records to come. */
  void promise(long items) throws IOException {
    try {
      space.promise(items);
    } catch (NoSpaceException e) {
      reclaim();
      space.promise(items);
    }
  }
}
