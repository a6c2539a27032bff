package io.jdax.os;

import static io.jdax.os.Libc.errno;

import io.jdax.machine.Architecture;
import io.jdax.machine.NativeAccessException;
import io.jdax.machine.SystemCallException;

/** membarrier(2): a fence in every thread of the process, made by one of them. */
final class Membarrier {
  private static final int CMD_PRIVATE_EXPEDITED = 1 << 3;
  private static final int CMD_REGISTER_PRIVATE_EXPEDITED = 1 << 4;
  private static final long SYS_MEMBARRIER =
      Architecture.CURRENT == Architecture.AARCH64 ? 283 : 324;

  private static final CFunction SYSCALL = CFunction.of("syscall");

  private Membarrier() {}

  /** Whether the process may call {@link #run} from now on. */
  static boolean register() {
    try {
      return call(CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
    } catch (NativeAccessException e) {
      return false; // without native access nothing is ever opened, and so nothing is to be fenced
    }
  }

  /** On return every thread of the process has passed a full fence since the call. */
  static void run() throws SystemCallException {
    if (call(CMD_PRIVATE_EXPEDITED) != 0 && !(register() && call(CMD_PRIVATE_EXPEDITED) == 0)) {
      throw new SystemCallException("membarrier", "this process", errno());
    }
  }

  private static long call(int command) {
    return SYSCALL.callLong(SYS_MEMBARRIER, command, 0, 0, 0, 0, 0);
  }
}
