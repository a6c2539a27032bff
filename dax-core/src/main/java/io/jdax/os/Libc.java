package io.jdax.os;

import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** How calls of the C library fail: the errno that each has left, and errors made by tests. */
final class Libc {
  private static final VarHandle ERRNO_VALUE =
      Linker.Option.captureStateLayout().varHandle(MemoryLayout.PathElement.groupElement("errno"));

  /** Where the linker leaves errno, one small buffer per thread, so that no call allocates. */
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

  /**
   * Gives the errno that a call fails with, by its name, or 0 if the call is to be made. Null
   * unless a test has set it.
   */
  private static volatile @Nullable ToIntFunction<String> faults;

  private Libc() {}

  // ---------------------------------------------------------------- errno

  /** Where a call leaves errno. */
  static MemorySegment captured() {
    return CAPTURED.get();
  }

  /** The errno that the last call of this thread has left. */
  static int errno() {
    return (int) ERRNO_VALUE.get(CAPTURED.get(), 0L);
  }

  /** Whether the last call of this thread was interrupted, and is to be made again. */
  static boolean interrupted() {
    return errno() == Errno.EINTR;
  }

  /** Returns if the last call of this thread is to be made again; throws why it failed if not. */
  static void failUnlessInterrupted(String call, String subject) throws SystemCallException {
    if (!interrupted()) {
      throw new SystemCallException(call, subject, errno());
    }
  }

  // ---------------------------------------------------------------- failures made by tests

  /**
   * Lets tests have system calls fail that would not fail on this machine.
   *
   * @param chosen gives an errno, or 0, for the name of a call; null to go back to normal
   */
  static void failBy(@Nullable ToIntFunction<String> chosen) {
    faults = chosen;
  }

  /** Whether a test wants this call to fail. If so, errno is as if it had. */
  static boolean fails(String call) {
    ToIntFunction<String> chosen = faults;
    if (chosen == null) {
      return false;
    }
    int errno = chosen.applyAsInt(call);
    if (errno != 0) {
      ERRNO_VALUE.set(CAPTURED.get(), 0L, errno);
    }
    return errno != 0;
  }
}
