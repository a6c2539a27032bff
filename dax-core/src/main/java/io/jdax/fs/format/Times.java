package io.jdax.fs.format;

import io.jdax.fs.error.TimeOutOfRangeException;
import java.time.Instant;

/** Times as the tree keeps them: nanoseconds since 1970, from September 1677 to April 2262. */
public final class Times {
  private static final long NANOS = 1_000_000_000;

  private Times() {}

  /** The earliest and the latest that fit. */
  public static final Instant FIRST = toInstant(Long.MIN_VALUE);

  public static final Instant LAST = toInstant(Long.MAX_VALUE);

  /** Of the time of day; beyond what fits, the nearest that does. */
  public static long of(Instant time) {
    if (time.isAfter(LAST)) {
      return Long.MAX_VALUE;
    }
    if (time.isBefore(FIRST)) {
      return Long.MIN_VALUE;
    }
    // Not seconds times NANOS, which overflows where the sum does not.
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond() + (time.getEpochSecond() < 0 ? 1 : 0), NANOS),
        time.getNano() - (time.getEpochSecond() < 0 ? NANOS : 0));
  }

  /** Of a time that somebody wants to be kept as it is. */
  public static long checked(String path, Instant time) throws TimeOutOfRangeException {
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw new TimeOutOfRangeException(path, time, FIRST, LAST);
    }
    return of(time);
  }

  public static Instant toInstant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
