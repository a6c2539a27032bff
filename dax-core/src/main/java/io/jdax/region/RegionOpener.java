package io.jdax.region;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import io.jdax.os.AccessFault;
import io.jdax.os.FileStatus;
import io.jdax.os.LinuxFiles;
import io.jdax.os.LinuxMemory;
import io.jdax.os.NativeStubs;
import io.jdax.os.PageSize;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to open a region: descriptor, lock, kind, size, mapping, wishes, in this order, so
 * that whatever is refused is refused before anything of the file has changed. A failure undoes
 * what came before it.
 */
final class RegionOpener {
  /** What one entry of the processor's middle level of page tables maps: a huge page. */
  private static final long PMD_BYTES = 2L << 20;

  /** The most that a process can have, of which no collection brings more. */
  private static final long ALL_ADDRESS_BYTES = 1L << 47;

  private final RegionBuilder wish;
  private final boolean create;
  private final String name;

  RegionOpener(RegionBuilder wish, boolean create) {
    this.wish = wish;
    this.create = create;
    this.name = wish.path.toString();
  }

  Region open() throws IOException {
    if (create && wish.sizeBytes % Pages.BYTES != 0) {
      throw notAMultiple("the size asked for", wish.sizeBytes, Pages.BYTES);
    }
    refuseWithoutStubs();
    Path file = nameForTheKernel();
    AccessFault.enter(StackRoom.ENGINE); // no error is to come between the descriptor and the try
    int fd = openFile(file);
    try {
      return open(fd, file);
    } catch (Throwable t) {
      if (create) {
        deleteAfter(t, file);
      }
      closeAfter(t, fd);
      throw t;
    }
  }

  /** A region over new anonymous memory. {@code wish.path} is its name. */
  static Region anonymous(String name, RegionBuilder wish) throws IOException {
    RegionOpener opener = new RegionOpener(wish, false);
    opener.refuseWithoutStubs();
    AccessFault.enter(StackRoom.ENGINE);
    int fd = LinuxFiles.memfdCreate(name);
    try {
      LinuxFiles.ftruncate(fd, wish.sizeBytes, name);
      return opener.map(
          fd,
          new MediaClass(RegionKind.ANONYMOUS, wish.sizeBytes, Pages.BYTES, null),
          region -> {});
    } catch (Throwable t) {
      closeAfter(t, fd);
      throw t;
    }
  }

  private void refuseWithoutStubs() throws UnsupportedRegionException {
    if (NativeStubs.required() && !NativeStubs.loaded()) {
      throw new UnsupportedRegionException(
          name,
          NativeStubs.PROPERTY + "=require is not fulfilled: " + NativeStubs.status().sentence());
    }
  }

  /**
   * The file that the path means to java.nio.file, byte by byte. A relative path begins in {@code
   * user.dir}, which need not be the working folder of the process.
   */
  private Path nameForTheKernel() throws UnsupportedRegionException {
    Path file = wish.path.toAbsolutePath();
    boolean same;
    try {
      same = Path.of(file.toString()).equals(file);
    } catch (InvalidPathException e) {
      same = false;
    }
    if (!same) {
      throw new UnsupportedRegionException(
          name, "its name has bytes that are not characters in this JVM's encoding of file names");
    }
    return file;
  }

  private int openFile(Path file) throws IOException {
    int flags = wish.readOnly ? LinuxFiles.O_RDONLY : LinuxFiles.O_RDWR;
    if (create) {
      flags |= LinuxFiles.O_CREAT | LinuxFiles.O_EXCL;
    }
    try {
      // A FIFO must not make us wait. If others than the owner are to have rights, they get them
      // later.
      flags |= LinuxFiles.O_NONBLOCK;
      return LinuxFiles.open(file.toString(), flags, RegionBuilder.OWNER_ONLY);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EISDIR) {
        throw new UnsupportedRegionException(name, "is a directory");
      }
      throw e.asFileSystemException(wish.path);
    }
  }

  private Region open(int fd, Path file) throws IOException {
    FileStatus status = LinuxFiles.status(fd, name);
    int permissions = status.permissions();
    MediaClass media = MediaClass.of(fd, name, status);
    lock(fd);
    if (create) {
      truncateTo(fd, media);
      media = media.withSize(wish.sizeBytes);
      if (wish.mode != RegionBuilder.DEFAULT_MODE) {
        LinuxFiles.fchmod(fd, wish.mode, name);
        permissions = wish.mode;
      }
    }
    checkSize(media);
    if (status.links() > 0) { // a memfd has none: it is 0777, but nobody can reach it
      warnOfOtherWriters(permissions);
    }
    return map(
        fd,
        media.withSize(
            wish.sizeBytes == RegionBuilder.WHOLE_FILE ? media.sizeBytes() : wish.sizeBytes),
        create ? kind -> makeDurable(fd, file, kind) : kind -> {});
  }

  /** A new file is there after power loss only if its folder has been synced as well. */
  private void makeDurable(int fd, Path file, RegionKind kind) throws IOException {
    if (kind == RegionKind.EMULATED) {
      return;
    }
    LinuxFiles.fsync(fd, name);
    String folder = String.valueOf(file.getParent());
    int above = LinuxFiles.open(folder, LinuxFiles.O_RDONLY, 0);
    try {
      LinuxFiles.fsync(above, folder);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EINVAL) { // a file system that can't sync a folder need not
        throw e;
      }
    } finally {
      LinuxFiles.close(above);
    }
  }

  private void warnOfOtherWriters(int permissions) {
    boolean everybody = (permissions & 0002) != 0;
    if (everybody || (permissions & 0020) != 0) {
      System.getLogger(Region.class.getName())
          .log(
              everybody ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
              "{0}: {1} may write to this region, and so to every file in it, whatever its"
                  + " permissions (mode 0{2})",
              name,
              everybody ? "everybody" : "its group",
              Integer.toOctalString(permissions));
    }
  }

  private void lock(int fd) throws IOException {
    int operation = wish.readOnly ? LinuxFiles.LOCK_SH : LinuxFiles.LOCK_EX;
    try {
      LinuxFiles.flock(fd, operation | LinuxFiles.LOCK_NB, name);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EAGAIN) {
        throw new RegionLockedException(
            name, "is locked: another process, or another region of this one, has it open");
      }
      throw e;
    }
  }

  private void truncateTo(int fd, MediaClass media) throws IOException {
    if (wish.sizeBytes % media.alignmentBytes() != 0) {
      throw notAMultiple("the size asked for", wish.sizeBytes, media.alignmentBytes());
    }
    LinuxFiles.ftruncate(fd, wish.sizeBytes, name);
  }

  private void checkSize(MediaClass media) throws RegionSizeException {
    long size = media.sizeBytes();
    if (size == 0) {
      throw new RegionSizeException(
          name, "is empty: a region needs at least one page of " + Pages.BYTES + " bytes");
    }
    long asked = wish.sizeBytes;
    if (asked != RegionBuilder.WHOLE_FILE) {
      if (size < asked) {
        throw new RegionSizeException(
            name, "is truncated: it holds " + size + " bytes, " + asked + " were asked for");
      }
      if (asked % media.alignmentBytes() != 0) {
        throw notAMultiple("the size asked for", asked, media.alignmentBytes());
      }
    } else if (size % media.alignmentBytes() != 0) {
      throw notAMultiple("its size", size, media.alignmentBytes());
    }
  }

  private RegionSizeException notAMultiple(String what, long size, long unit) {
    return new RegionSizeException(
        name, what + ", " + size + " bytes, is not a multiple of " + unit);
  }

  private interface LastStep {
    void run(RegionKind kind) throws IOException;
  }

  private Region map(int fd, MediaClass media, LastStep last) throws IOException {
    if (PageSize.BYTES > PageSize.MAX_BYTES) {
      throw new UnsupportedRegionException(
          name,
          "the kernel's pages have "
              + PageSize.BYTES
              + " bytes, and jdax works with pages of up to "
              + PageSize.MAX_BYTES);
    }
    int protection =
        wish.readOnly ? LinuxMemory.PROT_READ : LinuxMemory.PROT_READ | LinuxMemory.PROT_WRITE;
    long alignment =
        Math.max(media.alignmentBytes(), media.sizeBytes() >= PMD_BYTES ? PMD_BYTES : Pages.BYTES);
    RegionKind kind = media.kind();
    @Nullable Mapping mapping = null;
    if (kind == RegionKind.FILE || kind == RegionKind.DEVDAX) {
      // Only a DAX file system and device-dax grant MAP_SYNC, and every other one refuses it
      // (mmap(2), since Linux 4.15).
      mapping = trySync(fd, media.sizeBytes(), alignment, protection);
      if (mapping != null && kind == RegionKind.FILE) {
        kind = RegionKind.FSDAX;
      }
    }
    boolean sync = mapping != null;
    if (mapping == null) {
      if (kind == RegionKind.FILE && !wish.readOnly) {
        dropCached(fd, name);
      }
      mapping = mapWith(fd, media.sizeBytes(), alignment, protection, LinuxMemory.MAP_SHARED);
    }
    boolean done = false;
    try {
      Region region = finish(fd, media.withKind(kind), mapping, sync);
      last.run(kind);
      done = true;
      return region;
    } finally {
      if (!done) {
        mapping.unmap();
      }
    }
  }

  private @Nullable Mapping trySync(int fd, long size, long alignment, int protection)
      throws IOException {
    try {
      return mapWith(
          fd, size, alignment, protection, LinuxMemory.MAP_SHARED_VALIDATE | LinuxMemory.MAP_SYNC);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EINVAL) {
        return null;
      }
      throw e;
    }
  }

  private Mapping mapWith(int fd, long size, long alignment, int protection, int flags)
      throws IOException {
    Addresses.Call<Mapping> call = () -> Mapping.of(fd, size, alignment, protection, flags, name);
    try {
      return size > ALL_ADDRESS_BYTES ? call.run() : Addresses.collectingGarbage(call);
    } catch (SystemCallException e) {
      if (e.errno() != Errno.ENOMEM) {
        throw e;
      }
      RegionSizeException refused =
          new RegionSizeException(
              name, "there is no address space for " + size + " bytes (" + e.getMessage() + ")");
      refused.initCause(e);
      throw refused;
    }
  }

  private Region finish(int fd, MediaClass media, Mapping mapping, boolean sync)
      throws IOException {
    Platform platform = Platform.of(media, fd, name);
    requireGranularity(platform);
    String wishes = new MemoryWishes(wish, media, fd, mapping.address(), name).apply(create);
    return new Region(name, wish.path, fd, media, mapping, wish.readOnly, sync, platform, wishes);
  }

  /**
   * Drops the file's clean pages from the page cache, so that a writer begins with what the disk
   * has. They may differ: after a write-back that failed the kernel goes on to show bytes that it
   * has given up, and the process that was told may have been killed since. Dirty pages stay.
   */
  static void dropCached(int fd, String name) {
    try {
      LinuxFiles.dropCachedPages(fd, name);
    } catch (SystemCallException e) {
      // A file system without a page cache has nothing to drop.
    }
  }

  private void requireGranularity(Platform platform) throws GranularityException {
    StoreGranularity required = wish.required;
    if (required == null) {
      return;
    }
    StoreGranularity granularity = platform.granularity();
    String reason = platform.granularityReason();
    if (granularity == StoreGranularity.CACHE_LINE
        && platform.kind() != RegionKind.FSDAX // there the JDK can write lines back
        && !NativeStubs.loaded()) {
      granularity = StoreGranularity.PAGE;
      reason = NativeStubs.status().sentence();
    }
    if (!granularity.satisfies(required)) {
      throw new GranularityException(
          name,
          "stores become durable per %s here (%s), but %s is required"
              .formatted(granularity, reason, required));
    }
  }

  /** The file is ours to delete, since O_EXCL made it, and nobody else opens it while locked. */
  private static void deleteAfter(Throwable t, Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      t.addSuppressed(e);
    }
  }

  private static void closeAfter(Throwable t, int fd) {
    try {
      Region.unlockAndClose(fd, "fd " + fd);
    } catch (IOException e) {
      t.addSuppressed(e);
    }
  }
}
