package io.jdax.os;

import static io.jdax.os.Libc.bind;
import static io.jdax.os.Libc.bindVariadic;
import static io.jdax.os.Libc.captured;
import static io.jdax.os.Libc.errno;
import static io.jdax.os.Libc.failUnlessInterrupted;
import static io.jdax.os.Libc.fails;
import static io.jdax.os.Libc.interrupted;
import static io.jdax.os.Libc.rethrow;
import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
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
  private static final MethodHandle FADVISE =
      bind("posix_fadvise", JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG, JAVA_INT);
  private static final MethodHandle FLOCK = bind("flock", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle FCHMOD = bind("fchmod", JAVA_INT, JAVA_INT, JAVA_INT);
  private static final MethodHandle MEMFD_CREATE =
      bind("memfd_create", JAVA_INT, ADDRESS, JAVA_INT);

  /** How the JVM encodes the names of files. */
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"), Charset.defaultCharset());

  private LinuxFiles() {}

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

  /** fsync(2). Not to be retried after an error, since the kernel reports a lost write once. */
  public static void fsync(int fd, String subject) throws SystemCallException {
    try {
      while (fails("fsync") || (int) FSYNC.invokeExact(captured(), fd) != 0) {
        failUnlessInterrupted("fsync", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /**
   * posix_fadvise(2) with POSIX_FADV_DONTNEED, by which pages of the file that are clean and not
   * mapped leave the page cache.
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

  /** flock(2). The lock belongs to the open file description and ends with it, also in a crash. */
  public static void flock(int fd, int operation, String subject) throws SystemCallException {
    try {
      while (fails("flock") || (int) FLOCK.invokeExact(captured(), fd, operation) != 0) {
        failUnlessInterrupted("flock", subject);
      }
    } catch (Throwable t) {
      throw rethrow(t);
    }
  }

  /** fchmod(2), which sets the permissions of an open file, whatever the umask is. */
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
}
