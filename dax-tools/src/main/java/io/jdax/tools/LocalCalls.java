package io.jdax.tools;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jdax.machine.Architecture;
import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * System calls on names in an open directory. java.nio.file has some of them, but can't make a
 * directory or a symbolic link this way, and changes names that the locale can't write.
 *
 * <p>Names are those of {@link LocalNames}. Each method is one call: it retries EINTR, and throws
 * {@link SystemCallException} when the kernel says no.
 */
final class LocalCalls {
  /** Stands for the directory that relative paths start in (AT_FDCWD). */
  static final int HERE = -100;

  static final int O_RDONLY = 0;
  static final int O_WRONLY = 1;
  static final int O_RDWR = 2;
  static final int O_CREAT = 0x40;
  static final int O_EXCL = 0x80;
  static final int O_NOCTTY = 0x100;
  static final int O_NONBLOCK = 0x800;
  static final int O_CLOEXEC = 0x80000;

  /** On aarch64 these two have each other's bits. */
  static final int O_DIRECTORY = isAarch64() ? 0x4000 : 0x10000;

  static final int O_NOFOLLOW = isAarch64() ? 0x8000 : 0x20000;

  /** With O_DIRECTORY: a new file without a name, in the directory that is opened. */
  static final int O_TMPFILE = 0x400000;

  static final int SEEK_DATA = 3;
  static final int SEEK_HOLE = 4;

  static final int ENOTDIR = 20;
  static final int ELOOP = 40;

  private static final int AT_SYMLINK_NOFOLLOW = 0x100;
  private static final int AT_SYMLINK_FOLLOW = 0x400;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_REMOVEDIR = 0x200;
  private static final int STATX_BASIC_STATS = 0x7ff;

  /** Room for the target of a symbolic link. */
  private static final int LINK_BYTES = 1 << 16;

  /** Room for the names that one call returns. */
  private static final int LIST_BYTES = 1 << 16;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final VarHandle ERRNO =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /**
   * Calls any function of the C library with seven words, of which it looks at those that it
   * declares. The JDK links each type of function once in a process, which takes ten milliseconds
   * at first, and the core calls the C library by the same type.
   */
  private static final MethodHandle CALL =
      link(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG,
              JAVA_LONG),
          Linker.Option.firstVariadicArg(1),
          Linker.Option.captureCallState("errno"));

  private static final MemorySegment STATX = function("statx");
  private static final MemorySegment OPENAT = function("openat");
  private static final MemorySegment CLOSE = function("close");
  private static final MemorySegment READLINKAT = function("readlinkat");
  private static final MemorySegment LSEEK = function("lseek");
  private static final MemorySegment PREAD = function("pread");
  private static final MemorySegment SYSCALL = function("syscall");
  private static final MemorySegment MKDIRAT = function("mkdirat");
  private static final MemorySegment UNLINKAT = function("unlinkat");
  private static final MemorySegment RENAMEAT = function("renameat");
  private static final MemorySegment LINKAT = function("linkat");
  private static final MemorySegment SYMLINKAT = function("symlinkat");
  private static final MemorySegment PWRITE = function("pwrite");
  private static final MemorySegment FSYNC = function("fsync");
  private static final MemorySegment FTRUNCATE = function("ftruncate");
  private static final MemorySegment FCHMOD = function("fchmod");
  private static final MemorySegment FUTIMENS = function("futimens");

  private LocalCalls() {}

  private static boolean isAarch64() {
    return Architecture.CURRENT == Architecture.AARCH64;
  }

  /** openat(2), with O_CLOEXEC added. */
  static int open(int directory, String name, int flags, int mode) throws SystemCallException {
    return (int)
        call(
            "open",
            name,
            (arena, state) ->
                invokeInt(
                    OPENAT,
                    state,
                    directory,
                    path(arena, name).address(),
                    flags | O_CLOEXEC,
                    mode));
  }

  /** close(2). The descriptor is gone whatever it returns, so EINTR is not retried. */
  static void close(int fd) throws SystemCallException {
    try {
      call("close", "fd " + fd, false, (_, state) -> invokeInt(CLOSE, state, fd));
    } catch (SystemCallException e) {
      if (e.errno() != Errno.EINTR) {
        throw e;
      }
    }
  }

  /** fsync(2). */
  static void fsync(int fd, String subject) throws SystemCallException {
    call("fsync", subject, (_, state) -> invokeInt(FSYNC, state, fd));
  }

  /** ftruncate(2). */
  static void truncate(int fd, long sizeBytes, String subject) throws SystemCallException {
    call("ftruncate", subject, (_, state) -> invokeInt(FTRUNCATE, state, fd, sizeBytes));
  }

  /**
   * lseek(2) with SEEK_DATA or SEEK_HOLE. Moves the descriptor's position.
   *
   * @return where the next data or hole is, at {@code offset} or after it, or −1 if there is none
   *     before the end of the file
   */
  static long seek(int fd, long offset, int whence, String subject) throws SystemCallException {
    try {
      return call("lseek", subject, (_, state) -> invoke(LSEEK, state, fd, offset, whence));
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENXIO) {
        return -1;
      }
      throw e;
    }
  }

  /** pread(2). Returns how many bytes were read, 0 at the end of the file. */
  static int read(int fd, long offset, MemorySegment into, String subject)
      throws SystemCallException {
    try {
      return (int)
          call(
              "read",
              subject,
              (_, state) -> invoke(PREAD, state, fd, into.address(), into.byteSize(), offset));
    } finally {
      Reference.reachabilityFence(into);
    }
  }

  /** pwrite(2). Returns how many bytes were written. */
  static int write(int fd, long offset, MemorySegment from, String subject)
      throws SystemCallException {
    try {
      return (int)
          call(
              "write",
              subject,
              (_, state) -> invoke(PWRITE, state, fd, from.address(), from.byteSize(), offset));
    } finally {
      Reference.reachabilityFence(from);
    }
  }

  /** statx(2) of what is open. */
  static LocalStatus status(int fd) throws SystemCallException {
    return status(fd, "", AT_EMPTY_PATH);
  }

  /** statx(2) of a name. */
  static LocalStatus status(int directory, String name, boolean follow) throws SystemCallException {
    return status(directory, name, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }

  private static LocalStatus status(int directory, String name, int flags)
      throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(256, 8);
      call(
          "statx",
          name,
          (local, state) ->
              invokeInt(
                  STATX,
                  state,
                  directory,
                  path(local, name).address(),
                  flags,
                  STATX_BASIC_STATS,
                  buffer.address()));
      // struct statx (linux/stat.h): mode @28, ino @32, size @40, atime @64, mtime @112, rdev @128,
      // dev @136
      return new LocalStatus(
          Short.toUnsignedInt(buffer.get(JAVA_SHORT, 28)),
          buffer.get(JAVA_LONG, 40),
          new LocalStatus.FileKey(device(buffer, 136), buffer.get(JAVA_LONG, 32)),
          device(buffer, 128),
          time(buffer, 64),
          time(buffer, 112));
    }
  }

  private static long device(MemorySegment buffer, long at) {
    return (long) buffer.get(JAVA_INT, at) << 32 | buffer.get(JAVA_INT, at + 4) & 0xffffffffL;
  }

  /**
   * Seconds before 1970 are negative, and the nanoseconds count forward from them. The kernel has
   * times that an Instant can't express, a thousand million years from now. They become the last
   * Instant, or the first.
   */
  private static Instant time(MemorySegment buffer, long at) {
    long seconds = buffer.get(JAVA_LONG, at);
    long clamped = Math.clamp(seconds, Instant.MIN.getEpochSecond(), Instant.MAX.getEpochSecond());
    return Instant.ofEpochSecond(clamped, buffer.get(JAVA_INT, at + 8));
  }

  /** mkdirat(2). */
  static void makeDirectory(int directory, String name, int mode) throws SystemCallException {
    call(
        "mkdir",
        name,
        (arena, state) -> invokeInt(MKDIRAT, state, directory, path(arena, name).address(), mode));
  }

  /** unlinkat(2). */
  static void remove(int directory, String name, boolean isDirectory) throws SystemCallException {
    int flags = isDirectory ? AT_REMOVEDIR : 0;
    call(
        "unlink",
        name,
        (arena, state) ->
            invokeInt(UNLINKAT, state, directory, path(arena, name).address(), flags));
  }

  /** renameat(2) within a directory. */
  static void rename(int directory, String from, String to) throws SystemCallException {
    call(
        "rename",
        to,
        (arena, state) ->
            invokeInt(
                RENAMEAT,
                state,
                directory,
                path(arena, from).address(),
                directory,
                path(arena, to).address()));
  }

  /** linkat(2) of what is open, which may have no name yet. Needs /proc. */
  static void link(int fd, int directory, String name) throws SystemCallException {
    call(
        "link",
        name,
        (arena, state) ->
            invokeInt(
                LINKAT,
                state,
                HERE,
                path(arena, "/proc/self/fd/" + fd).address(),
                directory,
                path(arena, name).address(),
                AT_SYMLINK_FOLLOW));
  }

  /** symlinkat(2). */
  static void makeLink(String target, int directory, String name) throws SystemCallException {
    call(
        "symlink",
        name,
        (arena, state) ->
            invokeInt(
                SYMLINKAT,
                state,
                path(arena, target).address(),
                directory,
                path(arena, name).address()));
  }

  /** readlinkat(2). */
  static String readLink(int directory, String name) throws SystemCallException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(LINK_BYTES);
      long length =
          call(
              "readlink",
              name,
              (local, state) ->
                  invoke(
                      READLINKAT,
                      state,
                      directory,
                      path(local, name).address(),
                      buffer.address(),
                      LINK_BYTES));
      return LocalNames.text(buffer.asSlice(0, length).toArray(JAVA_BYTE));
    }
  }

  /** fchmod(2). */
  static void setMode(int fd, int mode, String subject) throws SystemCallException {
    call("chmod", subject, (arena, state) -> invokeInt(FCHMOD, state, fd, mode));
  }

  /** futimens(3). */
  static void setTimes(int fd, Instant accessed, Instant modified, String subject)
      throws SystemCallException {
    call(
        "utimens",
        subject,
        (arena, state) -> {
          MemorySegment times = arena.allocate(32, 8);
          times.set(JAVA_LONG, 0, accessed.getEpochSecond());
          times.set(JAVA_LONG, 8, accessed.getNano());
          times.set(JAVA_LONG, 16, modified.getEpochSecond());
          times.set(JAVA_LONG, 24, modified.getNano());
          return invokeInt(FUTIMENS, state, fd, times.address());
        });
  }

  /** The names in a directory, in no order, without . and .. (getdents64(2), up to the end). */
  static List<String> list(int directory, String subject) throws SystemCallException {
    List<String> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(LIST_BYTES, 8);
      long number = isAarch64() ? 61 : 217;
      while (true) {
        long bytes =
            call(
                "getdents",
                subject,
                (local, state) ->
                    invoke(SYSCALL, state, number, directory, buffer.address(), LIST_BYTES));
        if (bytes == 0) {
          return names;
        }
        // struct linux_dirent64: reclen @16, name @19, ended by 0
        for (long at = 0; at < bytes; at += Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + 16))) {
          long end = at + 19;
          while (buffer.get(JAVA_BYTE, end) != 0) {
            end++;
          }
          String name = LocalNames.text(buffer.asSlice(at + 19, end - at - 19).toArray(JAVA_BYTE));
          if (!name.equals(".") && !name.equals("..")) {
            names.add(name);
          }
        }
      }
    }
  }

  private static MemorySegment path(Arena arena, String name) {
    byte[] bytes = LocalNames.bytes(name);
    MemorySegment path = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, path, JAVA_BYTE, 0, bytes.length);
    return path;
  }

  private interface Call {
    long run(Arena arena, MemorySegment state) throws Throwable;
  }

  private static long call(String name, String subject, Call call) throws SystemCallException {
    return call(name, subject, true, call);
  }

  private static long call(String name, String subject, boolean again, Call call)
      throws SystemCallException {
    if (subject.indexOf('\0') >= 0) {
      throw new SystemCallException(name, subject, Errno.EINVAL);
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      while (true) {
        long result = call.run(arena, state);
        if (result >= 0) {
          return result;
        }
        int errno = (int) ERRNO.get(state, 0L);
        if (errno != Errno.EINTR || !again) {
          throw new SystemCallException(name, subject, errno);
        }
      }
    } catch (SystemCallException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable never) {
      throw new AssertionError(never); // a method handle declares it
    }
  }

  private static int invokeInt(MemorySegment function, MemorySegment state, long... words)
      throws Throwable {
    return (int) invoke(function, state, words);
  }

  private static long invoke(MemorySegment function, MemorySegment state, long... words)
      throws Throwable {
    return (long)
        CALL.invokeExact(
            function,
            state,
            words[0],
            word(words, 1),
            word(words, 2),
            word(words, 3),
            word(words, 4),
            word(words, 5),
            0L);
  }

  private static long word(long[] words, int i) {
    return i < words.length ? words[i] : 0;
  }

  private static MemorySegment function(String name) {
    return LINKER.defaultLookup().findOrThrow(name);
  }

  /**
   * Where the JVM refuses native access, a handle is made all the same, and each call of it is
   * refused. An error while this class is initialised would not name the option that is missing.
   */
  private static MethodHandle link(FunctionDescriptor function, Linker.Option... options) {
    try {
      return LINKER.downcallHandle(function, options);
    } catch (IllegalCallerException e) {
      MethodType type =
          function.toMethodType().insertParameterTypes(0, MemorySegment.class, MemorySegment.class);
      MethodHandle refusal =
          MethodHandles.throwException(type.returnType(), IllegalCallerException.class).bindTo(e);
      return MethodHandles.dropArguments(refusal, 0, type.parameterList());
    }
  }
}
