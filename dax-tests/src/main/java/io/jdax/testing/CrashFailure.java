package io.jdax.testing;

/** A state does not keep its promise. The message names the state's id, and the promise. */
public final class CrashFailure extends AssertionError {
  private static final long serialVersionUID = 1;

  private final String id;

  CrashFailure(String id, String promise, Throwable cause) {
    super("after power loss, state " + id + ": " + cause + "\n  promised: " + promise, cause);
    this.id = id;
  }

  /** The id of the state, with which {@link CrashExplorer#only} repeats it. */
  public String id() {
    return id;
  }
}
