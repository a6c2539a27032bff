package io.jdax.persist;

import java.util.EnumSet;
import java.util.Set;

/**
 * Says that a region works without the native stubs, which would have made its stores durable
 * faster: a build without a C compiler, a jar that is not there, a library that doesn't load. Each
 * sentence once per process; {@code jdax.stubs=require} is for who would rather not start.
 */
final class MissingStubs {
  private static final Set<System.Logger.Level> TOLD = EnumSet.noneOf(System.Logger.Level.class);

  private MissingStubs() {}

  /** A warning for persistent memory, a remark for what only emulates it. */
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
