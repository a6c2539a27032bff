package io.jdax.testing;

/**
 * What was explored.
 *
 * @param points at which power was lost
 * @param states enumerated
 * @param distinct images among them
 * @param verified images given to the verifier: one again for each promise it must keep
 * @param nanos spent on them
 */
public record CrashFigures(long points, long states, long distinct, long verified, long nanos) {
  /** Nothing yet. */
  public static final CrashFigures NONE = new CrashFigures(0, 0, 0, 0, 0);

  /** Of both. */
  public CrashFigures plus(CrashFigures other) {
    return new CrashFigures(
        points + other.points,
        states + other.states,
        distinct + other.distinct,
        verified + other.verified,
        nanos + other.nanos);
  }

  @Override
  public String toString() {
    return "%d points, %d states, %d distinct, %d verified, %.0f verified/s"
        .formatted(points, states, distinct, verified, verified * 1e9 / Math.max(1, nanos));
  }
}
