package io.jdax.fs;

import io.jdax.block.BlockDevice;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.LogStatistics;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.QuotaStat;
import io.jdax.fs.facts.TierStatistics;
import io.jdax.fs.format.NameHash;
import io.jdax.fs.mount.Formatting;
import io.jdax.fs.mount.Mount;
import io.jdax.fs.mount.Mounting;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.PinnedException;
import io.jdax.mm.QuarantineStatistics;
import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Sparse files on a block device: mapped in place where it has direct access, else through DRAM.
 * The package has an example.
 *
 * <p><b>Paths</b> are those of Unix: names of 1 … 255 bytes of UTF-8 between slashes, {@code .} and
 * {@code ..}, symbolic links followed up to 40 deep. All start at the root, with or without a slash
 * in front. A slash at the end says that a directory is meant: a symbolic link is followed then,
 * and anything else is refused. What makes, moves or removes a name means the name, also if it is
 * that of a symbolic link. Every answer about a path was true in one moment.
 *
 * <p><b>Durability.</b> Operations on names and attributes are atomic, and durable on return. For
 * files, see {@link DaxFile}.
 *
 * <p><b>Errors.</b> A call that is refused has changed nothing. It may be refused for its path, by
 * {@link NoSuchFileException} for a name that is not there or an empty path, {@link
 * NotDirectoryException}, FileSystemLoopException, or {@link FileSystemException} for a name that
 * can't be, or is that of something else than was asked for; for the change, by {@link
 * io.jdax.fs.error.ReadOnlyMountException}, {@link io.jdax.fs.error.NoSpaceException}, {@link
 * io.jdax.fs.error.QuotaExceededException}, or {@link io.jdax.fs.error.TreeFailedException} once a
 * commit has failed; by {@link io.jdax.fs.error.CorruptMetadataException} for what is damaged; and
 * by IllegalStateException after {@link #close}. If a commit fails itself, by {@link
 * io.jdax.region.MediaErrorException} or {@link io.jdax.persist.PersistException}, the change can
 * be seen as long as it is mounted, and may be there whole after the next mount, or not at all.
 *
 * <p>Any thread may call. Permissions are not enforced.
 */
public final class DaxFileSystem implements AutoCloseable {
  final Mount mount;
  final Volume volume;
  private final Opener opener;

  private DaxFileSystem(Mount mount) {
    this.mount = mount;
    this.volume = mount.volume;
    this.opener = new Opener(mount.inodes, mount.names, mount.queries);
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
   * @throws IllegalArgumentException the label or the block size is something else
   * @throws io.jdax.fs.error.UnsupportedFormatException the device is too small, or has no direct
   *     access and sectors that are larger than a block; nothing was written
   * @throws io.jdax.fs.error.DeviceBusyException a file system on it is mounted, made or checked
   * @throws IOException the device is read-only, or the media failed: what was there may be gone
   */
  public static void format(BlockDevice device, String label, int blockSize) throws IOException {
    Formatting.format(device, SuperblockInfo.create(label, blockSize));
    mount(device, MountOptions.DEFAULTS.withParallelism(1)).close(); // makes the root directory
  }

  /** As {@link #mount(BlockDevice, MountOptions)}, with {@link MountOptions#DEFAULTS}. */
  public static DaxFileSystem mount(BlockDevice device) throws IOException {
    return mount(device, MountOptions.DEFAULTS);
  }

  /** As {@link #mount(BlockDevice, MountOptions)}, with that many threads, 1 or more. */
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
   * @throws io.jdax.fs.error.CorruptMetadataException what is there is damaged, and stays as it is
   * @throws IOException the media failed, or there are no addresses for the cache; not mounted
   */
  public static DaxFileSystem mount(BlockDevice device, MountOptions options) throws IOException {
    return mount(device, options, NameHash::of);
  }

  static DaxFileSystem mount(
      BlockDevice device, MountOptions options, Function<UUID, NameHash> hash) throws IOException {
    return Mounting.mount(device, options, hash, DaxFileSystem::new);
  }

  /**
   * Makes everything durable, then ends every file, mapping and cursor. A second call does nothing.
   * From the beginning of the call on, pins are refused with IllegalStateException; they are
   * possible again if the file system stays open.
   *
   * <p>Once everything is durable the file system is closed, whatever goes wrong with a part of it:
   * the device is free for others when the call is over, also when it throws.
   *
   * @throws PinnedException memory of a file is pinned; the file system stays open, as it was
   * @throws IOException something could not be made durable; the file system stays open, so that
   *     what is in it can still be read, and the call can be made again, or {@link #abandon}. If
   *     that can never work any more, since a commit or a write-back of the region has failed, it
   *     is closed all the same
   */
  @Override
  public void close() throws IOException {
    close(false);
  }

  /**
   * As {@link #close}, but an end also if something can't be made durable, such as a page of a file
   * on media that refuse it for good. What other files hold is made durable all the same; what went
   * wrong is thrown when the file system is closed and the device free.
   *
   * @throws PinnedException memory of a file is pinned; the file system stays open, as it was
   * @throws IOException something could not be made durable, and is lost
   */
  public void abandon() throws IOException {
    close(true);
  }

  private void close(boolean anyway) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    try {
      AccessFault.deliver();
    } finally {
      mount.close(anyway); // also when an error of an earlier access comes now: nobody calls twice
    }
  }

  /**
   * Makes everything durable that was stored, written or changed before the call.
   *
   * @throws IOException something could not be made durable, and stays dirty; all else is durable
   */
  public void sync() throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    volume.ensureOpen();
    mount.sync();
  }

  /**
   * Mounts again, read-only or not. Read-only: everything is made durable first, what is under way
   * included, and from then on changes throw {@link io.jdax.fs.error.ReadOnlyMountException},
   * stores through mappings {@link io.jdax.mm.ReadOnlyMappingException}. When the call has returned
   * nothing is written to the device any more, until it is called again. Files without a name that
   * are closed meanwhile are given up then, or by the next mount.
   *
   * @throws PinnedException memory of a file is pinned for writing, and nobody would hear of what
   *     is stored to it; nothing has changed
   * @throws io.jdax.fs.error.ReadOnlyMountException it can't be writable, since the device is not
   * @throws IOException something could not be made durable; the file system stays writable
   */
  public void setReadOnly(boolean readOnly) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    volume.ensureOpen();
    mount.setReadOnly(readOnly);
  }

  // ---------------------------------------------------------------- files

  /**
   * Opens a file. No mode is {@link OpenMode#READ}. A file that is made has its name durably on
   * return; other errors than these are told by the class.
   *
   * @throws NoSuchFileException there is none, and it is not to be made
   * @throws FileAlreadyExistsException it was to be made anew, and is there, be it as a symbolic
   *     link that leads nowhere
   * @throws FileSystemException it is a directory
   * @throws IllegalArgumentException it is to be made or emptied, but not to be written
   */
  public DaxFile open(String path, OpenMode... modes) throws IOException {
    return opener.open(path, modes);
  }

  /**
   * Opens a file that was listed, for reading.
   *
   * @throws NoSuchFileException it is gone meanwhile
   * @throws FileSystemException it is no file
   */
  public DaxFile open(DirectoryEntry file) throws IOException {
    return opener.open(file);
  }

  // ---------------------------------------------------------------- names

  /**
   * Makes an empty directory, in one that is there.
   *
   * @throws FileAlreadyExistsException there is something of that name
   * @throws IOException the path leads nowhere, or the change is refused: see the class
   */
  public void createDirectory(String path) throws IOException {
    volume.whole(() -> mount.names.createDirectory(path));
  }

  /**
   * Removes an empty directory.
   *
   * @throws java.nio.file.DirectoryNotEmptyException it is not
   * @throws IOException the path leads nowhere, or the change is refused: see the class
   */
  public void removeDirectory(String path) throws IOException {
    volume.whole(() -> mount.names.removeDirectory(path));
  }

  /**
   * Removes the name of a file or symbolic link. A file that is open lives on until it is closed.
   *
   * @throws IOException the path leads nowhere or to a directory, or it is refused: see the class
   */
  public void unlink(String path) throws IOException {
    volume.whole(() -> mount.names.unlink(path));
  }

  /**
   * Moves a name, also to another directory; what it replaces is gone in the same moment. Nothing
   * happens if both are names of one file, as with rename(2).
   *
   * @throws io.jdax.fs.error.CrossProjectException it would leave, or enter, a directory with a
   *     quota, and has no quota of its own
   * @throws java.nio.file.DirectoryNotEmptyException it would replace one that is not empty
   * @throws FileSystemException a directory would move into itself, or a directory and something
   *     else would replace one another; and others for the paths, see the class
   */
  public void rename(String from, String to) throws IOException {
    volume.whole(() -> mount.names.rename(from, to));
  }

  /**
   * Gives a file or symbolic link another name.
   *
   * @throws FileAlreadyExistsException there is something of that name
   * @throws io.jdax.fs.error.CrossProjectException the new name is in a directory with another
   *     quota
   * @throws FileSystemException it is a directory; and others for the paths, see the class
   */
  public void link(String existing, String added) throws IOException {
    volume.whole(() -> mount.names.link(existing, added));
  }

  /**
   * Makes a symbolic link that says {@code target}, of 1 … 4095 bytes, whether that exists or not.
   * Errors as for {@link #createDirectory}, and FileSystemException for another target.
   */
  public void symlink(String target, String path) throws IOException {
    volume.whole(() -> mount.names.symlink(target, path));
  }

  /**
   * What a symbolic link says.
   *
   * @throws IOException the path leads nowhere, or to something else: see the class
   */
  public String readSymlink(String path) throws IOException {
    return mount.queries.readSymlink(path);
  }

  /** Goes through the names of a directory. Errors as for {@link #readSymlink(String)}. */
  public DirectoryCursor list(String path) throws IOException {
    return new DirectoryCursor(volume, mount.queries.directory(path));
  }

  /**
   * Goes through the names of a directory that was listed, wherever it has been moved to since. As
   * the other calls on entries, it costs the same however deep the directory lies.
   *
   * @throws NotDirectoryException it is something else
   */
  public DirectoryCursor list(DirectoryEntry directory) throws IOException {
    return new DirectoryCursor(volume, mount.queries.directory(directory));
  }

  /** As {@link #readSymlink(String)}, for a symbolic link that was listed. */
  public String readSymlink(DirectoryEntry link) throws IOException {
    return mount.queries.readSymlink(link);
  }

  /**
   * Whether a path names something, symbolic links followed. Not if it leads nowhere for whatever
   * reason: through a file, in a loop, by a name that can't be.
   *
   * @throws io.jdax.fs.error.CorruptMetadataException it leads through something damaged
   */
  public boolean exists(String path) throws IOException {
    return mount.queries.exists(path);
  }

  // ---------------------------------------------------------------- attributes

  /**
   * What is known about what a path names; a symbolic link is followed.
   *
   * @throws IOException the path leads nowhere: see the class
   */
  public FileStat stat(String path) throws IOException {
    return mount.queries.stat(path, true);
  }

  /** As {@link #stat(String)}, but a symbolic link is not followed. */
  public FileStat lstat(String path) throws IOException {
    return mount.queries.stat(path, false);
  }

  /**
   * What is known about what was listed; a symbolic link is not followed.
   *
   * @throws NoSuchFileException it has no name any more, and nobody has it open
   */
  public FileStat stat(DirectoryEntry entry) throws IOException {
    return mount.queries.stat(entry);
  }

  /**
   * Sets times; durable on return. What was stored or written before does not change them any more,
   * when it is written back or made durable later.
   *
   * @param modified when the content changed, or null to leave that as it is
   * @param accessed when it was read last, or null to leave that as it is
   * @throws io.jdax.fs.error.TimeOutOfRangeException a time is before September 1677 or after April
   *     2262; nothing has changed
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public void setTimes(String path, @Nullable Instant modified, @Nullable Instant accessed)
      throws IOException {
    volume.whole(() -> mount.edits.setTimes(path, modified, accessed));
  }

  /**
   * Sets the lower 12 bits of the mode, as chmod(2); a symbolic link is followed.
   *
   * @throws IllegalArgumentException there are other bits
   * @throws IOException the path leads nowhere, or the change is refused: see the class
   */
  public void setPermissions(String path, int mode) throws IOException {
    volume.whole(() -> mount.edits.setPermissions(path, mode));
  }

  /**
   * Sets user and group, which may be any numbers; a symbolic link is followed. Errors as for
   * {@link #setAttribute}.
   */
  public void setOwner(String path, int uid, int gid) throws IOException {
    volume.whole(() -> mount.edits.setOwner(path, uid, gid));
  }

  /**
   * Sets an extended attribute, new or not; a symbolic link is followed.
   *
   * @param name 1 … 255 bytes of UTF-8; half a surrogate is refused
   * @param value at most 64 KiB
   * @throws IOException the path leads nowhere, or the name, the value or the change is refused:
   *     see the class
   */
  public void setAttribute(String path, String name, byte[] value) throws IOException {
    volume.whole(() -> mount.edits.setAttribute(path, name, value));
  }

  /** An extended attribute, or null if there is none. Errors as for {@link #stat(String)}. */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public byte @Nullable [] attribute(String path, String name) throws IOException {
    return mount.queries.attribute(path, name);
  }

  /** The names of all extended attributes, in no order. Errors as for {@link #stat(String)}. */
  public List<String> attributes(String path) throws IOException {
    return mount.queries.attributes(path);
  }

  /**
   * Removes an extended attribute.
   *
   * @throws NoSuchFileException there is none of that name, or of the file: see the class
   */
  public void removeAttribute(String path, String name) throws IOException {
    volume.whole(() -> mount.edits.removeAttribute(path, name));
  }

  // ---------------------------------------------------------------- quotas

  /**
   * Limits what a directory and everything below it may use, but for directories below that have
   * limits of their own, which count for those alone. Everything counts from now on, and what is
   * made below later. Limits below what is used refuse nothing that is there, only more.
   *
   * <p>Atomic, and durable on return. A directory that is given limits for the first time is walked
   * meanwhile, with all other changes of names and sizes held up.
   *
   * @throws FileSystemException a file below has another name that is not, or it is no directory
   * @throws io.jdax.fs.error.NoSpaceException there is no room for records that tell the project
   */
  public void setQuota(String directory, Quota limits) throws IOException {
    volume.whole(() -> mount.quotas.set(directory, limits));
  }

  /**
   * Takes the limits of a directory away; what is below counts for whatever the directory is in.
   * Atomic, and durable on return.
   *
   * @throws FileSystemException it has no limits of its own, or is no directory
   * @throws io.jdax.fs.error.NoSpaceException as for {@link #setQuota}
   */
  public void clearQuota(String directory) throws IOException {
    volume.whole(() -> mount.quotas.clear(directory));
  }

  /**
   * Whose limits a file or directory counts for, and what is used of them; or null if none. Errors
   * as for {@link #stat(String)}.
   */
  @SuppressWarnings("exports") // of @Nullable, which users need not have
  public @Nullable QuotaStat quota(String path) throws IOException {
    return mount.quotas.of(path);
  }

  /**
   * All directories that have limits, in the order in which they got them first.
   *
   * @throws io.jdax.fs.error.CorruptMetadataException what leads to one is damaged
   */
  public List<QuotaStat> quotas() throws IOException {
    return mount.quotas.all();
  }

  // ---------------------------------------------------------------- figures

  /** What is known about the file system as a whole, as it is now. */
  public FileSystemStat statfs() {
    volume.ensureOpen();
    return mount.stat();
  }

  /** What has become of the log of notes; all 0 if there is none. */
  public LogStatistics logStatistics() {
    return volume.log.statistics();
  }

  /** What files that go through DRAM hold there; all 0 if none ever did. */
  public TierStatistics tier() {
    return mount.tier.statistics();
  }

  /**
   * Waits until no thread can reach the frames that were taken away before the call, by punches,
   * truncates and files that were deleted, and they have been given back. In the background that
   * happens within milliseconds anyway, so this is for measurements and tests.
   *
   * @throws IOException is declared, and not thrown now
   */
  public void reclaim() throws IOException {
    AccessFault.enter(StackRoom.FILE_SYSTEM);
    volume.ensureOpen();
    volume.frames.quarantine().drainNow();
  }

  /** What waits to be used again until no thread can reach it, and what waited so far. */
  public QuarantineStatistics quarantine() {
    return volume.frames.quarantine().statistics();
  }

  @Override
  public String toString() {
    return "DaxFileSystem[" + volume.region.name() + "]";
  }
}
