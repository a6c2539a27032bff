package io.jdax.testing;

/**
 * How much was explored.
 *
 * @param points moments at which power was lost
 * @param states choices of what is left that were made there
 * @param distinct different images among them
 * @param verified images that were given to the verifier, where an image counts again for each
 *     promise that it must keep
 * @param nanos time spent, in nanoseconds
 */
public record CrashFigures(long points, long states, long distinct, long verified, long nanos) {
  /** Nothing has been explored yet. */
  public static final CrashFigures NONE = new CrashFigures(0, 0, 0, 0, 0);

  /** The sums of both. */
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
