package io.jdax.fs;

import java.time.Instant;

/** Times as the tree keeps them: nanoseconds since 1970, good until 2262. */
final class Times {
  private static final long NANOS = 1_000_000_000;

  private Times() {}

  /** When something that happens now is said to have happened. */
  static long now() {
    return CoarseClock.now();
  }

  /** Beyond what fits, the nearest that does. */
  static long of(Instant time) {
    if (time.getEpochSecond() >= Long.MAX_VALUE / NANOS) {
      return Long.MAX_VALUE;
    }
    if (time.getEpochSecond() <= Long.MIN_VALUE / NANOS) {
      return Long.MIN_VALUE;
    }
    return time.getEpochSecond() * NANOS + time.getNano();
  }

  static Instant toInstant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
