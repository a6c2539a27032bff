package io.jdax.machine;

/**
 * Whether the native stubs are there, and if not, which of the four reasons it is.
 *
 * <p>Each answer carries a sentence that can be shown to a user as it stands.
 */
public sealed interface StubStatus {
  /** One sentence for a user: what is in use, or why nothing is and what to do about it. */
  String sentence();

  /** Loaded, of the right ABI, guarded against memory errors. */
  record Loaded(String sentence) implements StubStatus {}

  /** No library for this platform, no stubs module, or turned off. */
  record NotSupported(String sentence) implements StubStatus {}

  /** The JVM does not let this module call native code; the sentence names the flag that does. */
  record AccessNotEnabled(String sentence) implements StubStatus {}

  /** The library is made for another architecture, or for another version of jdax. */
  record WrongArchitecture(String sentence) implements StubStatus {}

  /** It should have worked. */
  record Bug(String sentence, Throwable cause) implements StubStatus {}
}
