package io.jdax.os;

import static io.jdax.os.Libc.bind;
import static io.jdax.os.Libc.bindVariadic;
import static io.jdax.os.Libc.captured;
import static io.jdax.os.Libc.errno;
import static io.jdax.os.Libc.fails;
import static io.jdax.os.Libc.interrupted;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jdax.machine.Architecture;
import io.jdax.machine.NativeAccessException;
import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/**
 * The system calls that jdax makes, and no others. Each method is one call: it retries EINTR, and
 * throws {@link SystemCallException} when the kernel says no. Constants are those of x86-64 and
 * aarch64, which agree on all used here but the numbers of mbind and membarrier.
 *
 * <pre>
 *   descriptors   open close statx lseek fstatfs ftruncate fallocate fchmod fsync fdatasync fadvise flock
 *                 memfd_create fiemap
 *   memory        mmap munmap msync madvise mbind sysconf(_SC_PAGESIZE)
 *   threads       membarrier
 *                 setfsuid (tests: a thread of root that has no right to a file)
 * </pre>
 */
public final class Linux {
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_NONBLOCK = 0x800;
  public static final int O_CLOEXEC = 0x80000;

  public static final int PROT_NONE = 0;
  public static final int PROT_READ = 1;
  public static final int PROT_WRITE = 2;
  public static final int MAP_SHARED = 0x01;
  public static final int MAP_PRIVATE = 0x02;
  public static final int MAP_SHARED_VALIDATE = 0x03;
  public static final int MAP_FIXED = 0x10;
  public static final int MAP_ANONYMOUS = 0x20;
  public static final int MAP_NORESERVE = 0x4000;
  public static final int MAP_SYNC = 0x80000;

  public static final int MADV_HUGEPAGE = 14;
  public static final int MADV_POPULATE_READ = 22;
  public static final int MADV_POPULATE_WRITE = 23;

  public static final int LOCK_SH = 1;
  public static final int LOCK_EX = 2;
  public static final int LOCK_NB = 4;
  public static final int LOCK_UN = 8;

  public static final int FALLOC_FL_KEEP_SIZE = 1;
  public static final int FALLOC_FL_PUNCH_HOLE = 2;

  public static final long TMPFS_MAGIC = 0x01021994L;
  public static final long RAMFS_MAGIC = 0x858458f6L;
  public static final long HUGETLBFS_MAGIC = 0x958458f6L;

  private static final int SC_PAGESIZE = 30;
  private static final int MS_SYNC = 4;
  private static final int POSIX_FADV_DONTNEED = 4;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int MPOL_PREFERRED = 1;
  private static final int MEMBARRIER_CMD_PRIVATE_EXPEDITED = 1 << 3;
  private static final int MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED = 1 << 4;

  private static final boolean AARCH64 = Architecture.CURRENT == Architecture.AARCH64;

  private static final MethodHandle OPEN =
      bindVariadic("open", 2, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = bind("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle STATX =
      bind("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FSTATFS = bind("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FTRUNCATE = bind("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle FALLOCATE =
      bind("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FSYNC = bind("fsync", JAVA_INT, JAVA_INT);
  private static final MethodHandle FDATASYNC = bind("fdatasync", JAVA_INT, JAVA_INT);
  private static final MethodHandle FADVISE =
      bind("posix_fadvise", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FLOCK = bind("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMOD = bind("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle MEMFD_CREATE =
      bind("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle IOCTL =
      bindVariadic("ioctl", 2, JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle SYSCONF = bind("sysconf", JAVA_LONG, JAVA_INT);
  private static final MethodHandle MMAP =
      bind("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = bind("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MSYNC = bind("msync", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MADVISE =
      bind("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MBIND =
      bindVariadic(
          "syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, ADDRESS, JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle MEMBARRIER =
      bindVariadic("syscall", 1, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle SETFSUID = bind("setfsuid", JAVA_INT, JAVA_INT);

  /** As the JVM encodes the names of files. */
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), Charset.defaultCharset());

  private Linux() {}

  // ---------------------------------------------------------------- descriptors

  /** open(2), with O_CLOEXEC added. */
  public static int open(String path, int flags, int mode) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path, NAMES);
      while (true) {
        int fd =
            fails("open") ? -1 : (int) OPEN.invokeExact(captured(), name, flags | O_CLOEXEC, mode);
        if (fd >= 0) {
          return fd;
        }
        failUnlessInterrupted("open", path);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** close(2). The descriptor is gone whatever it returns, so EINTR is not retried. */
  public static void close(int fd) throws SystemCallException {
    int r;
    try {
      r = (int) CLOSE.invokeExact(captured(), fd);
    } catch (Throwable t) {
      throw rethrow(t);
    }
    if ((fails("close") || r != 0) && !interrupted()) {
      throw new SystemCallException("close", "fd " + fd, errno());
    }
  }

  /** statx(2) of an open descriptor. */
  public static FileStatus status(int fd, String subject) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256, 8);
      MemorySegment empty = arena.allocateFrom("");
      while (fails("statx")
          || (int)
                  STATX.invokeExact(captured(), fd, empty, AT_EMPTY_PATH, STATX_BASIC_STATS, buffer)
              != 0) {
        failUnlessInterrupted("statx", subject);
      }
      // struct statx (linux/stat.h): stx_nlink @16, stx_mode @28, stx_size @40, rdev @128, dev @136
      return new FileStatus(
          Short.toUnsignedInt(buffer.get(JAVA_SHORT, 28)),
          buffer.get(JAVA_INT, 16),
          buffer.get(JAVA_LONG, 40),
          buffer.get(JAVA_INT, 136),
          buffer.get(JAVA_INT, 140),
          buffer.get(JAVA_INT, 128),
          buffer.get(JAVA_INT, 132));
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /**
   * What fstatfs(2) says of the file system below a descriptor: its magic number and block size.
   */
  public record FileSystemType(long magic, long blockSizeBytes) {}

  /** fstatfs(2). */
  public static FileSystemType fileSystem(int fd, String subject) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256, 8); // struct statfs is 120 bytes: f_type, f_bsize
      while (fails("fstatfs") || (int) FSTATFS.invokeExact(captured(), fd, buffer) != 0) {
        failUnlessInterrupted("fstatfs", subject);
      }
      return new FileSystemType(buffer.get(JAVA_LONG, 0), buffer.get(JAVA_LONG, 8));
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** ftruncate(2). */
  public static void ftruncate(int fd, long sizeBytes, String subject) throws SystemCallException {
    try {
      while (fails("ftruncate") || (int) FTRUNCATE.invokeExact(captured(), fd, sizeBytes) != 0) {
        failUnlessInterrupted("ftruncate", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** fallocate(2). */
  public static void fallocate(int fd, int mode, long offset, long length, String subject)
      throws SystemCallException {
    try {
      while (fails("fallocate")
          || (int) FALLOCATE.invokeExact(captured(), fd, mode, offset, length) != 0) {
        failUnlessInterrupted("fallocate", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** fsync(2). Not retried after an error: the kernel reports a lost write once. */
  public static void fsync(int fd, String subject) throws SystemCallException {
    try {
      while (fails("fsync") || (int) FSYNC.invokeExact(captured(), fd) != 0) {
        failUnlessInterrupted("fsync", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** fdatasync(2). */
  public static void fdatasync(int fd, String subject) throws SystemCallException {
    try {
      while (fails("fdatasync") || (int) FDATASYNC.invokeExact(captured(), fd) != 0) {
        failUnlessInterrupted("fdatasync", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /**
   * posix_fadvise(2) with POSIX_FADV_DONTNEED: the pages of the file that are clean, and mapped by
   * nobody, leave the page cache.
   */
  public static void dropCachedPages(int fd, String subject) throws SystemCallException {
    try {
      int errno = (int) FADVISE.invokeExact(captured(), fd, 0L, 0L, POSIX_FADV_DONTNEED);
      if (errno != 0) { // it returns the number, and leaves errno alone
        throw new SystemCallException("posix_fadvise", subject, errno);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** flock(2); the lock belongs to the open file description and ends with it, also in a crash. */
  public static void flock(int fd, int operation, String subject) throws SystemCallException {
    try {
      while (fails("flock") || (int) FLOCK.invokeExact(captured(), fd, operation) != 0) {
        failUnlessInterrupted("flock", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** fchmod(2): the permissions of an open file, whatever the umask. */
  public static void fchmod(int fd, int mode, String subject) throws SystemCallException {
    try {
      while (fails("fchmod") || (int) FCHMOD.invokeExact(captured(), fd, mode) != 0) {
        failUnlessInterrupted("fchmod", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** memfd_create(2) with close-on-exec. */
  public static int memfdCreate(String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      while (true) {
        int fd = fails("memfd_create") ? -1 : (int) MEMFD_CREATE.invokeExact(captured(), text, 1);
        if (fd >= 0) {
          return fd;
        }
        failUnlessInterrupted("memfd_create", name);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** A run of a file's bytes and where they lie on its device. */
  public record FileExtent(long fileOffset, long deviceOffset, long length) {}

  /** The extents of a file, by the FIEMAP ioctl (Documentation/filesystems/fiemap.rst). */
  public static List<FileExtent> fiemap(int fd, String subject) throws SystemCallException {
    final int batch = 64;
    List<FileExtent> extents = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      // struct fiemap is 32 bytes: start, length, flags, mapped_extents, extent_count, reserved;
      // struct fiemap_extent is 56: logical @0, physical @8, length @16, flags @40
      MemorySegment map = arena.allocate(32 + batch * 56L, 8);
      long start = 0;
      while (true) {
        map.fill((byte) 0);
        map.set(JAVA_LONG, 0, start);
        map.set(JAVA_LONG, 8, Long.MAX_VALUE - start);
        map.set(JAVA_INT, 24, batch);
        while (fails("ioctl") || (int) IOCTL.invokeExact(captured(), fd, 0xC020660BL, map) != 0) {
          failUnlessInterrupted("ioctl(FIEMAP)", subject);
        }
        int count = map.get(JAVA_INT, 20);
        boolean last = count == 0;
        for (int i = 0; i < count; i++) {
          long at = 32 + i * 56L;
          FileExtent extent =
              new FileExtent(
                  map.get(JAVA_LONG, at), map.get(JAVA_LONG, at + 8), map.get(JAVA_LONG, at + 16));
          extents.add(extent);
          start = extent.fileOffset() + extent.length();
          last |= (map.get(JAVA_INT, at + 40) & 1) != 0; // FIEMAP_EXTENT_LAST
        }
        if (last) {
          return extents;
        }
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  // ---------------------------------------------------------------- memory

  /** sysconf(3) of _SC_PAGESIZE. Others ask {@link PageSize}. */
  static long pageSize() {
    try {
      return (long) SYSCONF.invokeExact(captured(), SC_PAGESIZE);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /** mmap(2); returns the address. */
  public static long mmap(
      long address, long length, int protection, int flags, int fd, long offset, String subject)
      throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("mmap", subject, address | offset);
      length = PageSize.roundUp(length);
      if ((flags & MAP_FIXED) == 0) {
        address = LargePages.reserve(length, subject);
        flags |= MAP_FIXED;
      }
    }
    return kernelMmap(address, length, protection, flags, fd, offset, subject);
  }

  static long kernelMmap(
      long address, long length, int protection, int flags, int fd, long offset, String subject)
      throws SystemCallException {
    try {
      while (true) {
        long at =
            fails("mmap")
                ? -1
                : (long)
                    MMAP.invokeExact(captured(), address, length, protection, flags, fd, offset);
        if (at != -1) {
          return at;
        }
        failUnlessInterrupted("mmap", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** munmap(2). */
  public static void munmap(long address, long length) throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("munmap", "", address);
      length = PageSize.roundUp(length);
    }
    kernelMunmap(address, length);
  }

  static void kernelMunmap(long address, long length) throws SystemCallException {
    try {
      while (fails("munmap") || (int) MUNMAP.invokeExact(captured(), address, length) != 0) {
        failUnlessInterrupted("munmap", "");
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** msync(2) with MS_SYNC; the address is a multiple of {@link PageSize#BYTES}. */
  public static void msync(long address, long length, String subject) throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("msync", subject, address);
      length = PageSize.roundUp(length);
    }
    try {
      while (fails("msync") || (int) MSYNC.invokeExact(captured(), address, length, MS_SYNC) != 0) {
        failUnlessInterrupted("msync", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /**
   * madvise(2); the address is a multiple of {@link PageSize#BYTES}, the length is rounded up to
   * one.
   */
  public static void madvise(long address, long length, int advice, String subject)
      throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("madvise", subject, address);
      length = PageSize.roundUp(length);
    }
    try {
      while (fails("madvise")
          || (int) MADVISE.invokeExact(captured(), address, length, advice) != 0) {
        failUnlessInterrupted("madvise", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** mbind(2): prefer a NUMA node for pages not allocated yet. */
  public static void preferNode(long address, long length, int node, String subject)
      throws SystemCallException {
    if (PageSize.pretended()) {
      LargePages.check("mbind", subject, address);
    }
    long number = AARCH64 ? 235 : 237;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(128, 8);
      mask.set(JAVA_LONG, node / 64 * 8L, 1L << node);
      long mode = MPOL_PREFERRED;
      while (fails("mbind")
          || (long) MBIND.invokeExact(captured(), number, address, length, mode, mask, 1024L, 0L)
              != 0) {
        failUnlessInterrupted("mbind", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  // ---------------------------------------------------------------- threads

  /** Whether the process may call {@link #membarrier} from now on. */
  static boolean registerMembarrier() {
    try {
      return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
    } catch (NativeAccessException e) {
      return false; // nor anything else: there is nothing yet to be fenced
    }
  }

  /** membarrier(2): when it returns, every thread of the process has passed a full fence since. */
  static void membarrier() throws SystemCallException {
    if (membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) != 0
        && !(registerMembarrier() && membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0)) {
      throw new SystemCallException("membarrier", "this process", errno());
    }
  }

  private static long membarrier(int command) {
    try {
      return (long) MEMBARRIER.invokeExact(captured(), AARCH64 ? 283L : 324L, command, 0, 0);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  /**
   * setfsuid(2): whose rights this thread has to files; returns the former identity. Only the
   * calling carrier thread is changed, which lets a test of root meet a file that it may not open.
   */
  public static int setfsuid(int uid) {
    try {
      return (int) SETFSUID.invokeExact(captured(), uid);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }

  // ---------------------------------------------------------------- failures

  private static void failUnlessInterrupted(String call, String subject)
      throws SystemCallException {
    if (!interrupted()) {
      throw new SystemCallException(call, subject, errno());
    }
  }

  private static RuntimeException rethrow(Throwable t) throws SystemCallException {
    if (t instanceof SystemCallException e) {
      throw e;
    }
    throw Libc.unchecked(t);
  }
}
