package io.jdax.testing;

/**
 * Decides whether what power loss has left keeps a promise.
 *
 * @param <P> what is promised: what was acknowledged, and what is in flight
 */
@FunctionalInterface
public interface Verifier<P> {
  /**
   * Opens what is left and compares; anything thrown is a broken promise. No other state is made
   * meanwhile. Everything that was opened must be closed again.
   */
  void verify(CrashedState state, P promise) throws Exception;
}
