package io.jdax.machine;

/**
 * The JVM does not let jdax call native code, without which no region can be opened. The message
 * names the option that does. Every call that needs native code throws it, the first as the last.
 */
public final class NativeAccessException extends IllegalCallerException {
  private static final long serialVersionUID = 1L;

  /** With {@link #sentence} as its message. */
  public NativeAccessException() {
    super(sentence());
  }

  /** One sentence for a user: that native access is not enabled, and the option that enables it. */
  public static String sentence() {
    Module module = NativeAccessException.class.getModule();
    return "native access is not enabled: add --enable-native-access="
        + (module.isNamed() ? module.getName() : "ALL-UNNAMED");
  }
}
