package io.jdax.os;

import static io.jdax.os.Libc.errno;
import static io.jdax.os.Libc.failUnlessInterrupted;
import static io.jdax.os.Libc.fails;
import static io.jdax.os.Libc.interrupted;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.Charset;

/**
 * The system calls on files and descriptors that jdax makes, and no others. Each method is one
 * call: it retries EINTR, and throws {@link SystemCallException} when the kernel says no. {@code
 * subject} names the file in that exception. Constants are those of x86-64 and aarch64, which agree
 * on all that are used here.
 *
 * <pre>
 *   open close statx fstatfs ftruncate fallocate fchmod fsync posix_fadvise flock memfd_create
 * </pre>
 */
public final class LinuxFiles {
  public static final int O_RDONLY = 0;
  public static final int O_RDWR = 2;
  public static final int O_CREAT = 0x40;
  public static final int O_EXCL = 0x80;
  public static final int O_NONBLOCK = 0x800;
  private static final int O_CLOEXEC = 0x80000;

  public static final int LOCK_SH = 1;
  public static final int LOCK_EX = 2;
  public static final int LOCK_NB = 4;
  public static final int LOCK_UN = 8;

  public static final int FALLOC_FL_KEEP_SIZE = 1;

  private static final int POSIX_FADV_DONTNEED = 4;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int STATX_BASIC_STATS = 0x7ff;

  private static final CFunction OPEN = CFunction.of("open");
  private static final CFunction CLOSE = CFunction.of("close");
  private static final CFunction STATX = CFunction.of("statx");
  private static final CFunction FSTATFS = CFunction.of("fstatfs");
  private static final CFunction FTRUNCATE = CFunction.of("ftruncate");
  private static final CFunction FALLOCATE = CFunction.of("fallocate");
  private static final CFunction FSYNC = CFunction.of("fsync");
  private static final CFunction FADVISE = CFunction.of("posix_fadvise");
  private static final CFunction FLOCK = CFunction.of("flock");
  private static final CFunction FCHMOD = CFunction.of("fchmod");
  private static final CFunction MEMFD_CREATE = CFunction.of("memfd_create");

  /** How the JVM encodes the names of files. */
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), Charset.defaultCharset());

  private LinuxFiles() {}

  /** open(2), with O_CLOEXEC added. */
  public static int open(String path, int flags, int mode) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocateFrom(path, NAMES);
      while (true) {
        int fd = fails("open") ? -1 : OPEN.call(name.address(), flags | O_CLOEXEC, mode);
        if (fd >= 0) {
          return fd;
        }
        failUnlessInterrupted("open", path);
      }
    }
  }

  /** close(2). The descriptor is gone whatever it returns, so EINTR is not retried. */
  public static void close(int fd) throws SystemCallException {
    int r = CLOSE.call(fd);
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
          || STATX.call(fd, empty.address(), AT_EMPTY_PATH, STATX_BASIC_STATS, buffer.address())
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
    }
  }

  /** fstatfs(2). */
  public static FileSystemType fileSystem(int fd, String subject) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256, 8); // struct statfs is 120 bytes: f_type, f_bsize
      while (fails("fstatfs") || FSTATFS.call(fd, buffer.address()) != 0) {
        failUnlessInterrupted("fstatfs", subject);
      }
      return new FileSystemType(buffer.get(JAVA_LONG, 0), buffer.get(JAVA_LONG, 8));
    }
  }

  /** ftruncate(2). */
  public static void ftruncate(int fd, long sizeBytes, String subject) throws SystemCallException {
    while (fails("ftruncate") || FTRUNCATE.call(fd, sizeBytes) != 0) {
      failUnlessInterrupted("ftruncate", subject);
    }
  }

  /** fallocate(2). */
  public static void fallocate(int fd, int mode, long offset, long length, String subject)
      throws SystemCallException {
    while (fails("fallocate") || FALLOCATE.call(fd, mode, offset, length) != 0) {
      failUnlessInterrupted("fallocate", subject);
    }
  }

  /** fsync(2). Not to be retried after an error, since the kernel reports a lost write once. */
  public static void fsync(int fd, String subject) throws SystemCallException {
    while (fails("fsync") || FSYNC.call(fd) != 0) {
      failUnlessInterrupted("fsync", subject);
    }
  }

  /**
   * posix_fadvise(2) with POSIX_FADV_DONTNEED, by which pages of the file that are clean and not
   * mapped leave the page cache.
   */
  public static void dropCachedPages(int fd, String subject) throws SystemCallException {
    int errno = FADVISE.call(fd, 0, 0, POSIX_FADV_DONTNEED);
    if (errno != 0) { // it returns the number, and leaves errno alone
      throw new SystemCallException("posix_fadvise", subject, errno);
    }
  }

  /** flock(2). The lock belongs to the open file description and ends with it, also in a crash. */
  public static void flock(int fd, int operation, String subject) throws SystemCallException {
    while (fails("flock") || FLOCK.call(fd, operation) != 0) {
      failUnlessInterrupted("flock", subject);
    }
  }

  /** fchmod(2), which sets the permissions of an open file, whatever the umask is. */
  public static void fchmod(int fd, int mode, String subject) throws SystemCallException {
    while (fails("fchmod") || FCHMOD.call(fd, mode) != 0) {
      failUnlessInterrupted("fchmod", subject);
    }
  }

  /** memfd_create(2) with close-on-exec. */
  public static int memfdCreate(String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(name);
      while (true) {
        int fd = fails("memfd_create") ? -1 : MEMFD_CREATE.call(text.address(), 1);
        if (fd >= 0) {
          return fd;
        }
        failUnlessInterrupted("memfd_create", name);
      }
    }
  }
}
