package io.jdax.testing;

/**
 * Decides whether what power loss has left keeps a promise.
 *
 * @param <P> the type of a promise, which says what was acknowledged, and what is in flight
 */
@FunctionalInterface
public interface Verifier<P> {
  /**
   * Opens what is left, and compares it with the promise. No other state is made meanwhile.
   * Everything that was opened must be closed again on return.
   *
   * @throws Exception anything that is thrown means that the promise is broken
   */
  void verify(CrashedState state, P promise) throws Exception;
}
