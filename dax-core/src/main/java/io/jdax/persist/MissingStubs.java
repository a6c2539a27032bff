package io.jdax.persist;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.EnumSet;
import java.util.Set;

/**
 * Logs that a region works without the native stubs, which would have made its stores durable
 * faster: the build had no C compiler, the jar is not there, or the library doesn't load. Each
 * level is logged once per process. Whoever would rather not start sets {@code jdax.stubs=require}.
 */
final class MissingStubs {
  /** Levels that were used, for each of which one message is enough. */
  @GuardedBy("TOLD")
  private static final Set<System.Logger.Level> TOLD = EnumSet.noneOf(System.Logger.Level.class);

  private MissingStubs() {}

  /** Logs a warning for persistent memory, and a remark for what only emulates it. */
  static void tell(PersistSituation situation, PersistPlan plan) {
    boolean slower = plan instanceof PersistPlan.Msync || plan instanceof PersistPlan.Jdk;
    if (situation.stubsLoaded() || !situation.directAccess() || !slower) {
      return; // an ordinary file is durable by msync anyway
    }
    System.Logger.Level level =
        situation.emulated() ? System.Logger.Level.INFO : System.Logger.Level.WARNING;
    synchronized (TOLD) {
      if (!TOLD.add(level)) {
        return;
      }
    }
    System.getLogger(PersistChoice.class.getName())
        .log(
            level,
            "{0}: stores are made durable by {1}, slower than by the native stubs: {2}",
            situation.region(),
            plan instanceof PersistPlan.Msync ? "msync" : "the JDK",
            situation.stubs().sentence());
  }
}
