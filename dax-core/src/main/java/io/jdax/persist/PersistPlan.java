package io.jdax.persist;

import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import org.jspecify.annotations.Nullable;

/** What was decided for a region; {@link PersistChoice} makes it, and makes the persister of it. */
sealed interface PersistPlan {
  record ReadOnly() implements PersistPlan {}

  /** Null kinds leave the instruction to the stubs. */
  record CacheLine(@Nullable StubFlushKind flush, @Nullable StubCopyKind copy)
      implements PersistPlan {}

  record Fence(@Nullable StubCopyKind copy) implements PersistPlan {}

  /**
   * @param orMsync the JVM may turn out unable; then fall back, unless it was asked for by name
   */
  record Jdk(boolean orMsync) implements PersistPlan {}

  /**
   * @param why it is this, for {@link Persister#describe}
   */
  record Msync(String why) implements PersistPlan {}
}
