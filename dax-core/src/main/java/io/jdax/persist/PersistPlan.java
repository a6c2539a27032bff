package io.jdax.persist;

import io.jdax.machine.StubCopyKind;
import io.jdax.machine.StubFlushKind;
import org.jspecify.annotations.Nullable;

/** What {@link PersistChoice} has decided for a region, before it makes the persister. */
sealed interface PersistPlan {
  /** Nothing can be stored. */
  record ReadOnly() implements PersistPlan {}

  /**
   * Cache lines are written back by the native stubs.
   *
   * @param flush null to leave the instruction to the stubs
   * @param copy null to leave the registers to the stubs
   */
  record CacheLine(@Nullable StubFlushKind flush, @Nullable StubCopyKind copy)
      implements PersistPlan {}

  /**
   * A fence is enough.
   *
   * @param copy null to leave the registers to the stubs
   */
  record Fence(@Nullable StubCopyKind copy) implements PersistPlan {}

  /**
   * The JDK forces a SYNC mapping.
   *
   * @param orMsync whether to fall back to msync if the JVM turns out to be unable, as it may
   *     unless the method was asked for by name
   */
  record Jdk(boolean orMsync) implements PersistPlan {}

  /**
   * Whole pages are written back by a system call.
   *
   * @param why a phrase for {@link Persister#describe}
   */
  record Msync(String why) implements PersistPlan {}
}
