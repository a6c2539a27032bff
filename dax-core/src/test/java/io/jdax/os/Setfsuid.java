package io.jdax.os;

/** Lets a test that runs as root meet a file that it may not open. */
public final class Setfsuid {
  private static final CFunction SETFSUID = CFunction.of("setfsuid");

  private Setfsuid() {}

  /**
   * setfsuid(2): whose rights this thread has to files. Only the calling carrier thread is changed.
   *
   * @return the former identity
   */
  public static int set(int uid) {
    return SETFSUID.call(uid);
  }
}
