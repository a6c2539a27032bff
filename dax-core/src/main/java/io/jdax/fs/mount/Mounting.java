package io.jdax.fs.mount;

import io.jdax.block.BlockDevice;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.file.Orphans;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.journal.JournalPlace;
import io.jdax.fs.journal.JournalScan;
import io.jdax.fs.log.LogArea;
import io.jdax.fs.log.LogScan;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.LogPlace;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Media;
import io.jdax.fs.volume.Steps;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.persist.Persister;
import io.jdax.region.BadRange;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * From a device to a mounted file system: walks the tree, which tells every block that is in use,
 * and gives up files that lost their last name and then their users by a crash.
 */
public final class Mounting {
  /** Half a journal takes one frame for so many of the device. */
  private static final long DEVICE_FRAMES_PER_HALF = 512;

  /** Frames of the largest half: a mount has to tell the tree all of it. */
  private static final long MAX_HALF_FRAMES = 128;

  private final Media media;
  private final Region region;
  private final Persister persister;
  private final Space space;

  /** Known when the tree is open. */
  private Units units = Units.PAGES;

  private DataSpace data;

  // what is to be closed if the mount fails; in the end the volume's
  private @Nullable CowTree tree;
  private @Nullable FrameSpace frames;
  private @Nullable Mount mount;

  private final AtomicLong maxInode = new AtomicLong();
  private final AtomicLong inodes = new AtomicLong();
  private final Queue<Long> orphans = new ConcurrentLinkedQueue<>();
  private @Nullable MountUsage usage;

  /** What the log tells; known before the walk. */
  private LogScan log = LogScan.NONE;

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
   * @param hash of names, by the file system's uuid; tests have one that makes them collide
   */
  public static Mount mount(BlockDevice device, MountOptions options, Function<UUID, NameHash> hash)
      throws IOException {
    return mount(device, options, hash, Function.identity());
  }

  /**
   * As {@link #mount(BlockDevice, MountOptions, Function)}, for whoever makes something of the
   * mount: if that can't be made, nothing is mounted.
   */
  public static <T> T mount(
      BlockDevice device,
      MountOptions options,
      Function<UUID, NameHash> hash,
      Function<Mount, T> maker)
      throws IOException {
    Media media = Media.of(device);
    Mounting mounting = null;
    try {
      mounting = new Mounting(media);
      return maker.apply(mounting.run(options, hash));
    } catch (Throwable t) {
      undo(mounting, media, t);
      throw t;
    }
  }

  /** Closes what was made, the last first; what goes wrong with that is told with the reason. */
  private static void undo(@Nullable Mounting mounting, Media media, Throwable reason) {
    Steps steps = new Steps();
    steps.failed(reason);
    if (mounting != null && mounting.mount != null) {
      steps.run(mounting.mount::tearDown);
      return;
    }
    if (mounting != null) {
      if (mounting.frames != null) {
        steps.run(mounting.frames::close);
      }
      if (mounting.tree != null) {
        steps.run(mounting.tree::close);
      }
      steps.run(mounting.space::close);
    }
    steps.run(media::close);
  }

  private Mount run(MountOptions options, Function<UUID, NameHash> hash) throws IOException {
    CowTree tree = CowTree.open(persister, space);
    this.tree = tree;
    units = new Units(tree.info().blockShift());
    data = new DataSpace(region.name(), space, units);
    media.requireSectorsIn(units.blockBytes);
    boolean quotas = (tree.info().incompatible() & SuperblockInfo.QUOTAS) != 0;
    usage = quotas ? new MountUsage(region.name()) : null;
    log = LogScan.of(persister, tree.info(), tree.frameCount());
    tree = replayed(tree, options.parallelism());
    tree.mount(options.parallelism(), this::item);
    MountReplay replay = new MountReplay(region.name(), tree, space, data, units, log, usage);
    replay.prepare();
    avoidBadBlocks(data); // not those that only records give to a file
    if (!root) {
      makeRoot(tree);
    }
    replay.run();
    LogArea area = beginLog(tree);
    FrameSpace frames = FrameSpace.over(region, persister);
    this.frames = frames;
    frames.promiseFrames((int) (options.cacheBytes() >>> Units.PAGE_SHIFT));
    NameHash names = hash.apply(tree.info().uuid());
    Volume volume = new Volume(persister, space, data, tree, area, frames, media, names);
    Mount mount = new Mount(volume, options);
    this.mount = mount;
    volume.nextInode.set(Math.max(Keys.ROOT, maxInode.get()));
    volume.inodeCount.set(inodes.get());
    if (usage != null) {
      usage.finish(tree, volume.projects);
    }
    if (!persister.readOnly()) {
      for (long orphan : orphans) {
        Orphans.reap(volume, orphan, null);
      }
    }
    media.mounted(tree.info().label());
    return mount;
  }

  /** The tree with all changes that its journal tells. */
  private CowTree replayed(CowTree found, int parallelism) throws IOException {
    JournalScan journal = found.journal();
    if (journal.flaw() != null && !persister.readOnly()) {
      throw new CorruptMetadataException(
          region.name(), "journal", -1, journal.flaw() + "; a check tells more, and can repair it");
    }
    if (journal.count() == 0) {
      return found;
    }
    found.close();
    CowTree replayed =
        JournalReplay.run(persister, journal, log, space, units, parallelism, this::avoidBadBlocks);
    this.tree = replayed;
    return replayed;
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
              region.name(), "item " + Long.toHexString(hi), "is of an unknown kind");
    }
  }

  private void extent(long hi, long lo, MemorySegment node, long offset, int length)
      throws IOException {
    MountedExtents.take(region.name(), units, data, space, hi, lo, node, offset, length);
    long place = ExtentRecord.place(node, offset);
    long count = ExtentRecord.count(node, offset);
    if (!log.tellsOf(Keys.inode(hi))) { // else when it is known what becomes of it
      space.promisedBefore(ExtentRecord.promisedItems(place, count));
    }
    if (usage != null) {
      usage.extent(Keys.inode(hi), count);
    }
  }

  private void quota(long project, MemorySegment node, long offset, int length)
      throws CorruptMetadataException {
    if (usage == null) {
      throw new CorruptMetadataException(
          region.name(),
          "quota of project " + project,
          "is there, but no superblock says that there are quotas");
    }
    usage.quota(project, node, offset, length);
  }

  private void inode(long number, int length) throws CorruptMetadataException {
    if (number < Keys.ROOT || number > Keys.MAX_INODE || length != InodeRecord.BYTES) {
      throw new CorruptMetadataException(
          region.name(),
          "inode " + number,
          "has a record of " + length + " bytes, or a number that no inode has");
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
  private void avoidBadBlocks(DataSpace from) {
    for (BadRange bad : media.badRanges) {
      long end = Math.min(Units.pagesIn(bad.offset() + bad.length()), space.totalFrames());
      for (long pfn = bad.offset() >>> Units.PAGE_SHIFT; pfn < end; pfn++) {
        from.avoid(pfn);
      }
    }
  }

  /**
   * Records count no longer that were made before, and the next may be made. Takes frames for a log
   * if there is none, and the device is large enough.
   */
  private LogArea beginLog(CowTree tree) throws IOException {
    if (!persister.readOnly()) {
      LogPlace place = tree.info().log();
      if (!place.exists()) {
        place = LogArea.takeFrames(space);
      }
      if (place.exists()) {
        JournalPlace journal = tree.info().journal();
        if (!journal.exists()) {
          journal = takeJournal();
        }
        tree.beginLife(place.next(ThreadLocalRandom.current().nextLong()), journal);
      }
    }
    LogArea area = new LogArea(persister, tree.info());
    space.follow(area.follower());
    area.follow(tree::isDurable);
    return area;
  }

  /** Takes frames for a journal, by the size of the device; none if that is too full. */
  private JournalPlace takeJournal() {
    BlockRun run = new BlockRun();
    long half = Math.clamp(space.totalFrames() / DEVICE_FRAMES_PER_HALF, 1, MAX_HALF_FRAMES);
    if (!LogArea.takeRun(space, 2 * half, 2, run)) {
      return JournalPlace.NONE;
    }
    if (run.count() % 2 != 0) {
      space.free(run.end() - 1, 1);
    }
    return new JournalPlace(
        run.start(), Math.toIntExact(run.count() / 2), ThreadLocalRandom.current().nextLong());
  }

  /** A crash between the superblock of a new file system and its root, or the format itself. */
  private void makeRoot(CowTree tree) throws IOException {
    if (any) {
      throw new CorruptMetadataException(
          region.name(), "inode " + Keys.ROOT, "the root directory, is not in the tree");
    }
    if (persister.readOnly()) {
      throw new CorruptMetadataException(
          region.name(), "inode " + Keys.ROOT, "is missing: the format was not finished");
    }
    try (Change change = tree.change()) {
      InodeRecord r = InodeRecord.create(FileType.DIRECTORY, 0755, Keys.ROOT, CoarseClock.now());
      change.put(Keys.hi(Keys.ROOT, Keys.INODE), 0, r.toBytes());
      change.done();
    }
    tree.commit();
    inodes.set(1);
  }
}
