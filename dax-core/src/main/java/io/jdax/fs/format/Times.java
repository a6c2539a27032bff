package io.jdax.fs.format;

import io.jdax.fs.error.TimeOutOfRangeException;
import java.time.Instant;

/** Times as the tree keeps them: nanoseconds since 1970, from September 1677 to April 2262. */
public final class Times {
  private static final long NANOS = 1_000_000_000;

  private Times() {}

  /** The earliest time that fits. */
  public static final Instant FIRST = toInstant(Long.MIN_VALUE);

  /** The latest time that fits. */
  public static final Instant LAST = toInstant(Long.MAX_VALUE);

  /** A time as the tree keeps it, or the nearest that fits. */
  public static long of(Instant time) {
    if (time.isAfter(LAST)) {
      return Long.MAX_VALUE;
    }
    if (time.isBefore(FIRST)) {
      return Long.MIN_VALUE;
    }
    // One second is taken from the product, which would overflow where the sum does not.
    return Math.addExact(
        Math.multiplyExact(time.getEpochSecond() + (time.getEpochSecond() < 0 ? 1 : 0), NANOS),
        time.getNano() - (time.getEpochSecond() < 0 ? NANOS : 0));
  }

  /**
   * A time as the tree keeps it, if it fits.
   *
   * @param path of the file that it is for, for the message
   * @throws TimeOutOfRangeException it does not fit
   */
  public static long checked(String path, Instant time) throws TimeOutOfRangeException {
    if (time.isBefore(FIRST) || time.isAfter(LAST)) {
      throw new TimeOutOfRangeException(path, time, FIRST, LAST);
    }
    return of(time);
  }

  /** The time that the tree keeps as so many nanoseconds since 1970. */
  public static Instant toInstant(long nanos) {
    return Instant.ofEpochSecond(Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
  }
}
