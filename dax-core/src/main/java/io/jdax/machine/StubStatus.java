package io.jdax.machine;

/**
 * Whether the native stubs, a small library in C, are in use by this process, and if not, which of
 * the four reasons it is.
 */
public sealed interface StubStatus {
  /** One sentence for a user: what is in use, or why nothing is and what to do about that. */
  String sentence();

  /**
   * The library is loaded, has the right ABI, and its guard against memory errors is installed.
   *
   * @param sentence for a user: what is in use
   */
  record Loaded(String sentence) implements StubStatus {}

  /**
   * There is no library for this platform, no stubs module, or {@code jdax.stubs=off} was set.
   *
   * @param sentence for a user: which of these it is
   */
  record NotSupported(String sentence) implements StubStatus {}

  /**
   * The JVM does not let this module call native code.
   *
   * @param sentence for a user: names the option of the JVM that does
   */
  record AccessNotEnabled(String sentence) implements StubStatus {}

  /**
   * The library is made for another architecture, or for another version of jdax.
   *
   * @param sentence for a user: what was found, and what is needed
   */
  record WrongArchitecture(String sentence) implements StubStatus {}

  /**
   * It should have worked.
   *
   * @param sentence for a user: what went wrong
   * @param cause what was thrown instead
   */
  record Bug(String sentence, Throwable cause) implements StubStatus {}
}
