package io.jdax.fs;

import io.jdax.block.BlockDevice;
import io.jdax.fs.PathWalk.Place;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.CowTree;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.mm.FrameSpace;
import io.jdax.mm.PinnedException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Sparse files on a block device: mapped in place where it has direct access, else through DRAM.
 *
 * <pre>
 *   try (PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
 *     DaxFileSystem.format(device, "scratch");
 *     try (DaxFileSystem fs = DaxFileSystem.mount(device);
 *         DaxFile file = fs.open("/a", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
 *       file.truncate(1L &lt;&lt; 40);
 *       DaxMapping m = file.map(0, 1L &lt;&lt; 40);
 *       m.putLong(123 * 4096, 42);
 *       m.persist(123 * 4096, 8);
 *     }
 *   }
 * </pre>
 *
 * <p><b>Paths</b> are those of Unix: names of 1 … 255 bytes of UTF-8 between slashes, {@code .} and
 * {@code ..}, symbolic links followed up to 40 deep. All start at the root, with or without a slash
 * in front.
 *
 * <p><b>Durability.</b> Operations on names and attributes are atomic, and durable on return.
 * Files: see {@link DaxFile}.
 *
 * <p><b>Errors</b> of names are those of {@link java.nio.file}: NoSuchFileException,
 * FileAlreadyExistsException, NotDirectoryException, DirectoryNotEmptyException,
 * FileSystemLoopException, FileSystemException; the others are in {@link io.jdax.fs.error}. A
 * failed operation has changed nothing. After {@link #close}: IllegalStateException.
 *
 * <p>Any thread may call. Permissions and owners are kept, not enforced.
 */
public final class DaxFileSystem implements AutoCloseable {
  private static final int OPEN_ATTEMPTS = 100;

  private final Volume volume;
  private final Namespace names;
  private final Quotas quotas;
  private boolean closed; // guarded by this

  private DaxFileSystem(Volume volume) {
    this.volume = volume;
    this.names = new Namespace(volume);
    this.quotas = new Quotas(volume);
  }

  // ---------------------------------------------------------------- life

  /** As {@link #format(BlockDevice, String, int)}, with blocks of 4096 bytes. */
  public static void format(BlockDevice device, String label) throws IOException {
    format(device, label, SuperblockInfo.BLOCK_SIZE);
  }

  /**
   * Makes an empty file system, and an end to whatever was there; durable on return.
   *
   * @param label for people: at most 64 bytes of UTF-8
   * @param blockSize bytes that files are given storage by: 512, 1024, 2048 or 4096
   * @throws io.jdax.fs.error.UnsupportedFormatException it is too small, or the block size is not
   *     supported; nothing was written
   * @throws io.jdax.fs.error.DeviceBusyException a file system on it is mounted
   */
  public static void format(BlockDevice device, String label, int blockSize) throws IOException {
    SuperblockInfo info = SuperblockInfo.create(label, blockSize);
    try (Media media = Media.of(device)) {
      media.requireSectorsIn(info.blockSize());
      CowTree.format(media.persister, info);
    }
    mount(device, MountOptions.DEFAULTS.withParallelism(1)).close(); // makes the root directory
  }

  /** As {@link #mount(BlockDevice, MountOptions)}, with {@link MountOptions#DEFAULTS}. */
  public static DaxFileSystem mount(BlockDevice device) throws IOException {
    return mount(device, MountOptions.DEFAULTS);
  }

  /** As {@link #mount(BlockDevice, MountOptions)}, with that many threads. */
  public static DaxFileSystem mount(BlockDevice device, int parallelism) throws IOException {
    return mount(device, MountOptions.DEFAULTS.withParallelism(parallelism));
  }

  /**
   * Mounts: verifies all metadata and finds out what is free. Read-only if the device is. The
   * device stays the caller's, to close after the file system: one with direct access refuses to
   * close before ({@link io.jdax.region.RegionBusyException}). One mount at a time.
   *
   * @throws io.jdax.fs.error.DeviceBusyException it is mounted already
   * @throws io.jdax.fs.error.NotFormattedException there is no file system
   * @throws io.jdax.fs.error.UnsupportedFormatException it was made by a newer release, or for a
   *     larger device
   * @throws io.jdax.fs.error.CorruptMetadataException what is there is damaged; nothing was written
   */
  public static DaxFileSystem mount(BlockDevice device, MountOptions options) throws IOException {
    return new DaxFileSystem(Mounting.mount(device, options));
  }

  /**
   * Makes everything durable, then ends every file, mapping and cursor. A second call does nothing.
   *
   * @throws PinnedException memory of a file is pinned; the file system stays open
   * @throws IOException something could not be made durable; the file system stays open, so that
   *     what is in it can still be read
   */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    refusePinned();
    if (!volume.readOnly() && volume.tree.failure() == null) {
      sync();
    }
    volume.tier.stop(); // not before: if that fails the file system stays open, and wants it
    volume.closed();
    closed = true;
    volume.inodes.close();
    volume.frames.close();
    volume.tier.close();
    volume.tree.close();
    volume.space.close();
    volume.media.close();
  }

  private void refusePinned() throws IOException {
    for (Inode inode : volume.inodes.retainAll()) {
      try {
        inode.space.lockForInvalidation(0, Long.MAX_VALUE, 0);
        inode.space.invalidateLock().unlockExclusive();
      } finally {
        volume.inodes.releaseQuietly(inode);
      }
    }
  }

  /** Makes everything durable that was stored, written or changed before the call. */
  public void sync() throws IOException {
    volume.ensureOpen();
    IOException failure = null;
    for (Inode inode : volume.inodes.retainAll()) {
      try {
        if (!inode.unlinked()) {
          inode.sync(true);
        }
      } catch (IOException e) {
        failure = e;
      } finally {
        volume.inodes.releaseQuietly(inode);
      }
    }
    if (failure != null) {
      throw failure;
    }
    volume.tree.commit();
  }

  /**
   * Mounts again, read-only or not. Read-only: everything is made durable first, and from then on
   * changes throw {@link io.jdax.fs.error.ReadOnlyMountException}, stores through mappings {@link
   * io.jdax.mm.ReadOnlyMappingException}.
   */
  public void setReadOnly(boolean readOnly) throws IOException {
    volume.ensureOpen();
    if (!readOnly && volume.persister.readOnly()) {
      volume.ensureWritable();
    }
    if (readOnly == volume.readOnly()) {
      return;
    }
    volume.setReadOnly(readOnly);
    for (Inode inode : volume.inodes.retainAll()) {
      try {
        inode.space.setReadOnly(readOnly);
      } finally {
        volume.inodes.releaseQuietly(inode);
      }
    }
    sync();
  }

  // ---------------------------------------------------------------- files

  /**
   * Opens a file. No mode is {@link OpenMode#READ}.
   *
   * @throws NoSuchFileException there is none, and it is not to be made
   * @throws FileAlreadyExistsException it was to be made anew, and is there
   * @throws FileSystemException it is a directory
   */
  public DaxFile open(String path, OpenMode... modes) throws IOException {
    Set<OpenMode> set = EnumSet.noneOf(OpenMode.class);
    set.addAll(List.of(modes));
    if (set.contains(OpenMode.APPEND)) {
      set.add(OpenMode.WRITE);
    }
    if (!set.contains(OpenMode.WRITE)) {
      set.add(OpenMode.READ);
    }
    boolean writes = set.contains(OpenMode.WRITE);
    if (!writes
        && (set.contains(OpenMode.TRUNCATE)
            || set.contains(OpenMode.CREATE)
            || set.contains(OpenMode.CREATE_NEW))) {
      throw new IllegalArgumentException(set + ": making or emptying a file needs WRITE");
    }
    if (writes) {
      volume.ensureWritable();
    }
    Inode inode = inode(path, set);
    DaxFile file = new DaxFile(inode, path, set);
    if (set.contains(OpenMode.TRUNCATE) && inode.sizeBytes() > 0) {
      boolean done = false;
      try {
        file.truncate(0);
        done = true;
      } finally {
        if (!done) {
          volume.inodes.releaseQuietly(inode);
        }
      }
    }
    return file;
  }

  /**
   * Again if what was found is gone before it is acquired: by a rename that replaced it, mostly.
   */
  private Inode inode(String path, Set<OpenMode> modes) throws IOException {
    boolean create = modes.contains(OpenMode.CREATE) || modes.contains(OpenMode.CREATE_NEW);
    NoSuchFileException gone = new NoSuchFileException(path);
    for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
      Place place = walk(path, !modes.contains(OpenMode.NOFOLLOW));
      DirentRecord entry = place.entry();
      if (entry == null && create) {
        Inode created = names.createFile(path);
        if (created != null) {
          return created;
        }
        continue;
      }
      entry = place.required();
      if (modes.contains(OpenMode.CREATE_NEW)) {
        throw new FileAlreadyExistsException(path);
      }
      if (entry.type() == FileType.DIRECTORY) {
        throw new FileSystemException(path, null, "is a directory");
      }
      if (entry.type() == FileType.SYMLINK) {
        throw new FileSystemLoopException(path);
      }
      try {
        return volume.inodes.acquire(entry.inode(), path);
      } catch (NoSuchFileException e) {
        gone = e;
      }
    }
    throw gone;
  }

  private Place walk(String path, boolean follow) throws IOException {
    volume.ensureOpen();
    return new PathWalk(volume, volume.tree).walk(path, follow);
  }

  // ---------------------------------------------------------------- names

  /** Makes an empty directory. */
  public void createDirectory(String path) throws IOException {
    names.createDirectory(path);
  }

  /** Removes an empty directory. */
  public void removeDirectory(String path) throws IOException {
    names.removeDirectory(path);
  }

  /**
   * Removes the name of a file or symbolic link. A file that is open lives on until it is closed.
   */
  public void unlink(String path) throws IOException {
    names.unlink(path);
  }

  /** Moves a name, also to another directory; what it replaces is gone in the same moment. */
  public void rename(String from, String to) throws IOException {
    names.rename(from, to);
  }

  /** Gives a file another name. */
  public void link(String existing, String added) throws IOException {
    names.link(existing, added);
  }

  /**
   * Makes a symbolic link that says {@code target}, of 1 … 4095 bytes, whether that exists or not.
   */
  public void symlink(String target, String path) throws IOException {
    names.symlink(target, path);
  }

  /** What a symbolic link says. */
  public String readSymlink(String path) throws IOException {
    DirentRecord entry = walk(path, false).required();
    if (entry.type() != FileType.SYMLINK) {
      throw new FileSystemException(path, null, "is no symbolic link");
    }
    return new PathWalk(volume, volume.tree).readSymlink(entry.inode());
  }

  /** Goes through the names of a directory. */
  public DirectoryCursor list(String path) throws IOException {
    DirentRecord entry = walk(path, true).required();
    if (entry.type() != FileType.DIRECTORY) {
      throw new NotDirectoryException(path);
    }
    return new DirectoryCursor(volume, entry.inode());
  }

  /** Whether a path names something, symbolic links followed. */
  public boolean exists(String path) throws IOException {
    try {
      return walk(path, true).entry() != null;
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  // ---------------------------------------------------------------- attributes

  /** Of what a path names; a symbolic link is followed. */
  public FileStat stat(String path) throws IOException {
    return stat(path, true);
  }

  /** Of what a path names; a symbolic link is not followed. */
  public FileStat lstat(String path) throws IOException {
    return stat(path, false);
  }

  /** Again if what was found is gone before it is looked at, as in {@link #open}. */
  private FileStat stat(String path, boolean follow) throws IOException {
    NoSuchFileException gone = new NoSuchFileException(path);
    for (int attempt = 0; attempt < OPEN_ATTEMPTS; attempt++) {
      long inode = walk(path, follow).required().inode();
      try {
        return stat(path, inode);
      } catch (NoSuchFileException e) {
        gone = e;
      }
    }
    throw gone;
  }

  private FileStat stat(String path, long number) throws IOException {
    Inode open = volume.inodes.retainIfOpen(number);
    try {
      return stat(volume, number, open, path);
    } finally {
      if (open != null) {
        volume.inodes.releaseQuietly(open);
      }
    }
  }

  /**
   * @param open the inode, if it is in DRAM: it knows better than the tree
   */
  static FileStat stat(Volume volume, long number, @Nullable Inode open, String path)
      throws IOException {
    Item item = new Item();
    if (!volume.tree.get(Keys.hi(number, Keys.INODE), 0, item)) {
      throw new NoSuchFileException(path);
    }
    InodeRecord r = InodeRecord.of(volume.region.name(), item);
    if (open != null && open.loaded()) {
      open.patch(r, open.modified());
      CachedFile cached = open.cached();
      long delayed = cached == null ? 0 : cached.delayedBlocks();
      return FileStat.of(number, r, volume.units.bytes(open.extents.blocks() + delayed));
    }
    ExtentMap extents = new ExtentMap(volume.units);
    if (r.type == FileType.REGULAR) {
      new TreeExtents(volume, number).load(volume.tree, extents);
    }
    return FileStat.of(number, r, volume.units.bytes(extents.blocks()));
  }

  /** Sets times; null leaves one as it is. */
  public void setTimes(String path, @Nullable Instant modified, @Nullable Instant accessed)
      throws IOException {
    names.edit(
        path,
        modified != null,
        r -> {
          r.modified = modified == null ? r.modified : Times.of(modified);
          r.accessed = accessed == null ? r.accessed : Times.of(accessed);
        });
  }

  /** Sets the lower 12 bits of the mode. */
  public void setPermissions(String path, int mode) throws IOException {
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException("mode 0" + Integer.toOctalString(mode) + ": 12 bits");
    }
    names.edit(path, false, r -> r.permissions = mode);
  }

  public void setOwner(String path, int uid, int gid) throws IOException {
    names.edit(
        path,
        false,
        r -> {
          r.uid = uid;
          r.gid = gid;
        });
  }

  /**
   * Sets an extended attribute.
   *
   * @param name 1 … 255 bytes of UTF-8
   * @param value at most 64 KiB
   */
  public void setAttribute(String path, String name, byte[] value) throws IOException {
    attributes(
        path,
        (change, attributes) -> {
          attributes.set(change, name, value);
          return true;
        });
  }

  /** The value of an extended attribute; null: there is none of that name. */
  public byte @Nullable [] attribute(String path, String name) throws IOException {
    return attributesOf(path).get(volume.tree, name);
  }

  /** The names of all extended attributes, in no order. */
  public List<String> attributes(String path) throws IOException {
    return attributesOf(path).names(volume.tree);
  }

  /**
   * Removes an extended attribute.
   *
   * @throws NoSuchFileException there is none of that name
   */
  public void removeAttribute(String path, String name) throws IOException {
    if (!attributes(path, (change, attributes) -> attributes.remove(change, name))) {
      throw new NoSuchFileException(path, null, "has no attribute " + name);
    }
  }

  private interface AttributeChange {
    boolean run(Change change, Attributes attributes) throws IOException;
  }

  private boolean attributes(String path, AttributeChange what) throws IOException {
    volume.ensureWritable();
    try (Change change = volume.change()) {
      long inode = new PathWalk(volume, change).walk(path, true).required().inode();
      if (!what.run(change, new Attributes(volume, inode))) {
        return false;
      }
      change.done();
    }
    volume.tree.commit();
    return true;
  }

  private Attributes attributesOf(String path) throws IOException {
    return new Attributes(volume, walk(path, true).required().inode());
  }

  // ---------------------------------------------------------------- quotas

  /**
   * Limits what a directory and everything below it may use, but for directories below that have
   * limits of their own: what is there counts for them alone. Everything counts from now on, and
   * what is made below later. Limits below what is used refuse nothing that is there, only more.
   *
   * <p>Atomic, and durable on return. A directory that is given limits for the first time is walked
   * meanwhile, with all other changes of names and sizes held up.
   *
   * @throws NotDirectoryException it is none
   * @throws FileSystemException a file below has another name that is not; nothing has changed
   * @throws io.jdax.fs.error.NoSpaceException there is no room for records that tell the project;
   *     nothing has changed
   */
  public void setQuota(String directory, Quota limits) throws IOException {
    quotas.set(directory, limits);
  }

  /**
   * Takes the limits of a directory away: what is below counts for what the directory is in.
   * Atomic, and durable on return.
   *
   * @throws FileSystemException it has none of its own
   */
  public void clearQuota(String directory) throws IOException {
    quotas.clear(directory);
  }

  /** Whose limits a file or directory counts for, and what is used of them; null: none. */
  public @Nullable QuotaStat quota(String path) throws IOException {
    volume.ensureOpen();
    return quotas.of(path);
  }

  /** All directories that have limits, in the order in which they got them first. */
  public List<QuotaStat> quotas() throws IOException {
    volume.ensureOpen();
    return quotas.all();
  }

  // ---------------------------------------------------------------- figures

  /** What is known about the whole. */
  public FileSystemStat statfs() {
    volume.ensureOpen();
    SuperblockInfo info = volume.tree.info();
    return new FileSystemStat(
        info.label(),
        info.uuid(),
        SuperblockInfo.VERSION,
        volume.tree.generation(),
        Instant.ofEpochMilli(info.createdMillis()),
        info.blockSize(),
        volume.totalBlocks(),
        volume.data.freeBlocks(),
        volume.data.usableBlocks(),
        volume.units.blocksOf(volume.tree.nodeCount() + 2),
        volume.inodeCount.get(),
        volume.readOnly());
  }

  /** What files that go through DRAM hold there; all 0 if none ever did. */
  public TierStatistics tier() {
    return TierStatistics.of(volume.tier);
  }

  /** The frames below, with the statistics of the quarantine. */
  public FrameSpace frames() {
    return volume.frames;
  }

  @Override
  public String toString() {
    return "DaxFileSystem[" + volume.region.name() + "]";
  }
}
