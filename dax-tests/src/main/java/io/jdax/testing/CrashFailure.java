package io.jdax.testing;

/** A state that keeps no promise; the message names its id. */
public final class CrashFailure extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String id;

  CrashFailure(String id, String promise, Throwable cause) {
    super("after power loss, state " + id + ": " + cause + "\n  promised: " + promise, cause);
    this.id = id;
  }

  /** Of the state, to have it again. */
  public String id() {
    return id;
  }
}
