package io.jdax.os;

import static io.jdax.os.Libc.captured;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.invoke.MethodHandle;

/** Lets a test that runs as root meet a file that it may not open. */
public final class Setfsuid {
  private static final MethodHandle SETFSUID = Libc.bind("setfsuid", JAVA_INT, JAVA_INT);

  private Setfsuid() {}

  /**
   * setfsuid(2): whose rights this thread has to files. Only the calling carrier thread is changed.
   *
   * @return the former identity
   */
  public static int set(int uid) {
    try {
      return (int) SETFSUID.invokeExact(captured(), uid);
    } catch (Throwable t) {
      throw Libc.unchecked(t);
    }
  }
}
