package io.jdax.region;

import io.jdax.os.Errno;
import io.jdax.os.FileStatus;
import io.jdax.os.Linux;
import io.jdax.os.PageSize;
import io.jdax.os.SystemCallException;
import java.io.IOException;
import java.nio.file.Files;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to open a region: descriptor, lock, kind, size, mapping, wishes, in this order, so
 * that whatever is refused is refused before anything of the file has changed. A failure undoes
 * what came before it.
 */
final class RegionOpener {
  private static final long PAGE = 4096;
  private static final long PMD = 2L << 20;

  private final RegionBuilder wish;
  private final boolean create;
  private final String name;

  RegionOpener(RegionBuilder wish, boolean create) {
    this.wish = wish;
    this.create = create;
    this.name = wish.path.toString();
  }

  Region open() throws IOException {
    if (create && wish.sizeBytes % PAGE != 0) {
      throw oddSize("the size asked for", wish.sizeBytes, PAGE);
    }
    int fd = openFile();
    try {
      return open(fd);
    } catch (Throwable t) {
      closeAfter(t, fd);
      if (create) {
        Files.deleteIfExists(wish.path); // it is ours: O_EXCL made it
      }
      throw t;
    }
  }

  /** A region over fresh anonymous memory; {@code wish.path} is its name. */
  static Region anonymous(String name, RegionBuilder wish) throws IOException {
    int fd = Linux.memfdCreate(name);
    RegionOpener opener = new RegionOpener(wish, false);
    try {
      Linux.ftruncate(fd, wish.sizeBytes, name);
      return opener.map(fd, new MediaClass(RegionKind.ANONYMOUS, wish.sizeBytes, PAGE, null));
    } catch (Throwable t) {
      closeAfter(t, fd);
      throw t;
    }
  }

  private int openFile() throws IOException {
    int flags = wish.readOnly ? Linux.O_RDONLY : Linux.O_RDWR;
    if (create) {
      flags |= Linux.O_CREAT | Linux.O_EXCL;
    }
    try {
      return Linux.open(name, flags | Linux.O_NONBLOCK, 0644); // a FIFO must not make us wait
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EISDIR) {
        throw new UnsupportedRegionException(name, "is a directory");
      }
      throw e.asFileSystemException(wish.path);
    }
  }

  private Region open(int fd) throws IOException {
    FileStatus status = Linux.status(fd, name);
    MediaClass media = MediaClass.of(fd, name, status);
    lock(fd);
    if (create) {
      truncateTo(fd, media);
      media = media.withSize(wish.sizeBytes);
    }
    checkSize(media);
    return map(
        fd,
        media.withSize(
            wish.sizeBytes == RegionBuilder.WHOLE_FILE ? media.sizeBytes() : wish.sizeBytes));
  }

  private void lock(int fd) throws IOException {
    try {
      Linux.flock(fd, (wish.readOnly ? Linux.LOCK_SH : Linux.LOCK_EX) | Linux.LOCK_NB, name);
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
      throw oddSize("the size asked for", wish.sizeBytes, media.alignmentBytes());
    }
    Linux.ftruncate(fd, wish.sizeBytes, name);
  }

  private void checkSize(MediaClass media) throws RegionSizeException {
    long size = media.sizeBytes();
    if (size == 0) {
      throw new RegionSizeException(
          name, "is empty: a region needs at least one page of 4096 bytes");
    }
    long asked = wish.sizeBytes;
    if (asked != RegionBuilder.WHOLE_FILE) {
      if (size < asked) {
        throw new RegionSizeException(
            name, "is truncated: it holds " + size + " bytes, " + asked + " were asked for");
      }
      if (asked % media.alignmentBytes() != 0) {
        throw oddSize("the size asked for", asked, media.alignmentBytes());
      }
    } else if (size % media.alignmentBytes() != 0) {
      throw oddSize("its size", size, media.alignmentBytes());
    }
  }

  private RegionSizeException oddSize(String what, long size, long unit) {
    return new RegionSizeException(
        name, what + " of " + size + " bytes is odd: it must be a multiple of " + unit);
  }

  private Region map(int fd, MediaClass media) throws IOException {
    if (PageSize.BYTES > PageSize.MAX_BYTES) {
      throw new UnsupportedRegionException(
          name,
          "the kernel's pages have "
              + PageSize.BYTES
              + " bytes, and jdax works with pages of up to "
              + PageSize.MAX_BYTES);
    }
    int protection = wish.readOnly ? Linux.PROT_READ : Linux.PROT_READ | Linux.PROT_WRITE;
    long alignment = Math.max(media.alignmentBytes(), media.sizeBytes() >= PMD ? PMD : PAGE);
    RegionKind kind = media.kind();
    @Nullable Mapping mapping = null;
    if (kind == RegionKind.FILE || kind == RegionKind.DEVDAX) {
      // Only a DAX file system and device-dax grant MAP_SYNC; all else refuses it (mmap(2), since
      // Linux 4.15).
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
      mapping = mapWith(fd, media.sizeBytes(), alignment, protection, Linux.MAP_SHARED);
    }
    try {
      return finish(fd, media.withKind(kind), mapping, sync);
    } catch (Throwable t) {
      try {
        mapping.unmap();
      } catch (SystemCallException e) {
        t.addSuppressed(e);
      }
      throw t;
    }
  }

  private @Nullable Mapping trySync(int fd, long size, long alignment, int protection)
      throws IOException {
    try {
      return mapWith(fd, size, alignment, protection, Linux.MAP_SHARED_VALIDATE | Linux.MAP_SYNC);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.EOPNOTSUPP || e.errno() == Errno.EINVAL) {
        return null;
      }
      throw e;
    }
  }

  private Mapping mapWith(int fd, long size, long alignment, int protection, int flags)
      throws IOException {
    try {
      return Mapping.of(fd, size, alignment, protection, flags, name);
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
    StoreGranularity granularity = platform.granularity();
    StoreGranularity required = wish.required;
    if (required != null && !granularity.satisfies(required)) {
      throw new GranularityException(
          name,
          "stores become durable per "
              + granularity
              + " here ("
              + platform.granularityReason()
              + "), but "
              + required
              + " is required");
    }
    String wishes = new MemoryWishes(wish, media, fd, mapping.address(), name).apply(create);
    return new Region(name, wish.path, fd, media, mapping, wish.readOnly, sync, platform, wishes);
  }

  /**
   * Clean pages of the page cache need not be what the disk has: after a write-back that failed the
   * kernel goes on to show bytes that it has given up. The process that was told of it may have
   * been killed since, so every writer begins with what the disk has; dirty pages stay.
   */
  static void dropCached(int fd, String name) {
    try {
      Linux.dropCachedPages(fd, name);
    } catch (SystemCallException e) {
      // A file system without a page cache has nothing to drop.
    }
  }

  private static void closeAfter(Throwable t, int fd) {
    try {
      Linux.close(fd);
    } catch (SystemCallException e) {
      t.addSuppressed(e);
    }
  }
}
