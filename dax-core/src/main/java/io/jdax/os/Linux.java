package io.jdax.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.List;

/**
 * The system calls that jdax makes, and no others. Each method is one call: it retries EINTR, and
 * throws {@link SystemCallException} when the kernel says no. Constants are those of x86-64 and
 * aarch64, which agree on all used here but the numbers of mbind and membarrier.
 *
 * <pre>
 *   descriptors   open close statx lseek fstatfs ftruncate fallocate fsync fdatasync fadvise flock memfd_create
 *                 fiemap
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

  public static final int SEEK_DATA = 3;
  public static final int SEEK_HOLE = 4;

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

  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle OPEN =
      bind("open", Linker.Option.firstVariadicArg(2), JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT);
  private static final MethodHandle CLOSE = bind("close", JAVA_INT, JAVA_INT);
  private static final MethodHandle STATX =
      bind("statx", JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle LSEEK = bind("lseek", JAVA_LONG, JAVA_INT, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FSTATFS = bind("fstatfs", JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle FTRUNCATE = bind("ftruncate", JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle FALLOCATE =
      bind("fallocate", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle FSYNC = bind("fsync", JAVA_INT, JAVA_INT);
  private static final MethodHandle FDATASYNC = bind("fdatasync", JAVA_INT, JAVA_INT);
  private static final MethodHandle FADVISE =
      bind("posix_fadvise", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FLOCK = bind("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle MEMFD_CREATE =
      bind("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);
  private static final MethodHandle IOCTL =
      bind("ioctl", Linker.Option.firstVariadicArg(2), JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS);
  private static final MethodHandle SYSCONF = bind("sysconf", JAVA_LONG, JAVA_INT);
  private static final MethodHandle MMAP =
      bind("mmap", JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG);
  private static final MethodHandle MUNMAP = bind("munmap", JAVA_INT, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MSYNC = bind("msync", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MADVISE =
      bind("madvise", JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle MBIND =
      bind(
          "syscall",
          Linker.Option.firstVariadicArg(1),
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          JAVA_LONG,
          ADDRESS,
          JAVA_LONG,
          JAVA_LONG);
  private static final MethodHandle MEMBARRIER =
      bind(
          "syscall",
          Linker.Option.firstVariadicArg(1),
          JAVA_LONG,
          JAVA_LONG,
          JAVA_INT,
          JAVA_INT,
          JAVA_INT);
  private static final MethodHandle SETFSUID = bind("setfsuid", JAVA_INT, JAVA_INT);
  private static final MethodHandle STRERROR =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("strerror"), FunctionDescriptor.of(ADDRESS, JAVA_INT));

  /** Where the linker leaves errno: one small buffer per thread, so that no call allocates. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  private Linux() {}

  // ---------------------------------------------------------------- descriptors

  /** open(2), with O_CLOEXEC added. */
  public static int open(String path, int flags, int mode) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path);
      while (true) {
        int fd = (int) OPEN.invokeExact(CAPTURED.get(), name, flags | O_CLOEXEC, mode);
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
      r = (int) CLOSE.invokeExact(CAPTURED.get(), fd);
    } catch (Throwable t) {
      throw rethrow(t);
    }
    if (r != 0 && errno() != Errno.EINTR) {
      throw new SystemCallException("close", "fd " + fd, errno());
    }
  }

  /** statx(2) of an open descriptor. */
  public static FileStatus status(int fd, String subject) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256, 8);
      MemorySegment empty = arena.allocateFrom("");
      int r =
          (int)
              STATX.invokeExact(
                  CAPTURED.get(), fd, empty, AT_EMPTY_PATH, STATX_BASIC_STATS, buffer);
      if (r != 0) {
        throw new SystemCallException("statx", subject, errno());
      }
      // struct statx (linux/stat.h): stx_mode @28, stx_size @40, rdev @128, dev @136
      return new FileStatus(
          Short.toUnsignedInt(buffer.get(JAVA_SHORT, 28)),
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
   * lseek(2) with SEEK_DATA or SEEK_HOLE: where the next data or hole is, at {@code offset} or
   * behind it; −1 when there is none before the end of the file. It moves the descriptor's
   * position.
   */
  public static long seek(int fd, long offset, int whence, String subject)
      throws SystemCallException {
    try {
      while (true) {
        long at = (long) LSEEK.invokeExact(CAPTURED.get(), fd, offset, whence);
        if (at >= 0 || errno() == Errno.ENXIO) {
          return at;
        }
        failUnlessInterrupted("lseek", subject);
      }
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
      int r = (int) FSTATFS.invokeExact(CAPTURED.get(), fd, buffer);
      if (r != 0) {
        throw new SystemCallException("fstatfs", subject, errno());
      }
      return new FileSystemType(buffer.get(JAVA_LONG, 0), buffer.get(JAVA_LONG, 8));
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** ftruncate(2). */
  public static void ftruncate(int fd, long sizeBytes, String subject) throws SystemCallException {
    try {
      while ((int) FTRUNCATE.invokeExact(CAPTURED.get(), fd, sizeBytes) != 0) {
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
      while ((int) FALLOCATE.invokeExact(CAPTURED.get(), fd, mode, offset, length) != 0) {
        failUnlessInterrupted("fallocate", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** fsync(2). Not retried after an error: the kernel reports a lost write once. */
  public static void fsync(int fd, String subject) throws SystemCallException {
    try {
      while ((int) FSYNC.invokeExact(CAPTURED.get(), fd) != 0) {
        failUnlessInterrupted("fsync", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** fdatasync(2). */
  public static void fdatasync(int fd, String subject) throws SystemCallException {
    try {
      while ((int) FDATASYNC.invokeExact(CAPTURED.get(), fd) != 0) {
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
      int errno = (int) FADVISE.invokeExact(CAPTURED.get(), fd, 0L, 0L, POSIX_FADV_DONTNEED);
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
      while ((int) FLOCK.invokeExact(CAPTURED.get(), fd, operation) != 0) {
        failUnlessInterrupted("flock", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** memfd_create(2) with close-on-exec. */
  public static int memfdCreate(String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      int fd = (int) MEMFD_CREATE.invokeExact(CAPTURED.get(), arena.allocateFrom(name), 1);
      if (fd < 0) {
        throw new SystemCallException("memfd_create", name, errno());
      }
      return fd;
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
        int r = (int) IOCTL.invokeExact(CAPTURED.get(), fd, 0xC020660BL, map);
        if (r != 0) {
          throw new SystemCallException("ioctl(FIEMAP)", subject, errno());
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
      return (long) SYSCONF.invokeExact(CAPTURED.get(), SC_PAGESIZE);
    } catch (Throwable t) {
      throw new AssertionError(t);
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
      long at =
          (long) MMAP.invokeExact(CAPTURED.get(), address, length, protection, flags, fd, offset);
      if (at == -1) {
        throw new SystemCallException("mmap", subject, errno());
      }
      return at;
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
      if ((int) MUNMAP.invokeExact(CAPTURED.get(), address, length) != 0) {
        throw new SystemCallException("munmap", "", errno());
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
      while ((int) MSYNC.invokeExact(CAPTURED.get(), address, length, MS_SYNC) != 0) {
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
      while ((int) MADVISE.invokeExact(CAPTURED.get(), address, length, advice) != 0) {
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
      long r =
          (long)
              MBIND.invokeExact(
                  CAPTURED.get(), number, address, length, (long) MPOL_PREFERRED, mask, 1024L, 0L);
      if (r != 0) {
        throw new SystemCallException("mbind", subject, errno());
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  // ---------------------------------------------------------------- threads

  /** Whether the process may call {@link #membarrier} from now on. */
  static boolean registerMembarrier() {
    return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
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
      return (long) MEMBARRIER.invokeExact(CAPTURED.get(), AARCH64 ? 283L : 324L, command, 0, 0);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  /**
   * setfsuid(2): whose rights this thread has to files; returns the former identity. Only the
   * calling carrier thread is changed, which lets a test of root meet a file that it may not open.
   */
  public static int setfsuid(int uid) {
    try {
      return (int) SETFSUID.invokeExact(CAPTURED.get(), uid);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  static String strerror(int errno) {
    try {
      MemorySegment text = (MemorySegment) STRERROR.invokeExact(errno);
      return text.reinterpret(256).getString(0);
    } catch (Throwable t) {
      throw new AssertionError(t);
    }
  }

  // ---------------------------------------------------------------- binding

  private static MethodHandle bind(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name), FunctionDescriptor.of(result, arguments), ERRNO);
  }

  private static MethodHandle bind(
      String name, Linker.Option option, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        ERRNO,
        option);
  }

  private static int errno() {
    return (int) ERRNO_VALUE.get(CAPTURED.get(), 0L);
  }

  private static void failUnlessInterrupted(String call, String subject)
      throws SystemCallException {
    int errno = errno();
    if (errno != Errno.EINTR) {
      throw new SystemCallException(call, subject, errno);
    }
  }

  /** A method handle declares Throwable; what it can really throw is this. */
  private static RuntimeException rethrow(Throwable t) throws SystemCallException {
    switch (t) {
      case SystemCallException e -> throw e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      default -> throw new AssertionError(t);
    }
  }
}
