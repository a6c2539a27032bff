package io.jdax.bench.turns;

import io.jdax.bench.report.Rounds.Round;
import io.jdax.bench.report.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Rounds that do not count, until neither side gets faster any more and the compiler rests. How
 * long that takes depends on the path: a store is compiled in half a second, a create, which goes
 * through most of the file system, in ten. The medians alone would be still for a moment between
 * two of the large methods of a long path.
 */
final class WarmUp {
  /** Rounds whose median is compared with that of as many before. */
  static final int WINDOW = 10;

  /** A side that has become faster by less than this part of itself is as fast as it gets. */
  static final double STILL = 0.03;

  /** The part of the time for which the compiler may be at work when it rests. */
  static final double AT_REST = 0.1;

  private final boolean lengthy;
  private final Duration patience;
  private final List<Discarded> discarded = new ArrayList<>();

  private record Discarded(Round round, Duration spent, Duration compiling) {}

  /**
   * @param lengthy an operation takes a second or has a process of its own: one round will do
   * @param patience it is over after so long, stable or not
   */
  WarmUp(boolean lengthy, Duration patience) {
    this.lengthy = lengthy;
    this.patience = patience;
  }

  /**
   * Takes a round that does not count.
   *
   * @param spent since the end of the first round, which includes preparations
   * @param compiling for how long the compiler has been at work since the JVM began
   * @return whether the next one counts
   */
  boolean isOverAfter(Round round, Duration spent, Duration compiling) {
    discarded.add(new Discarded(round, spent, compiling));
    return lengthy
        || spent.compareTo(patience) >= 0
        || discarded.size() >= 2 * WINDOW
            && compilerRests()
            && isStill(Round::nsPerOp)
            && isStill(Round::baselineNs);
  }

  private boolean compilerRests() {
    Discarded before = discarded.get(discarded.size() - 1 - WINDOW);
    Discarded now = discarded.getLast();
    double spentNanos = now.spent.minus(before.spent).toNanos();
    return now.compiling.minus(before.compiling).toNanos() <= AT_REST * spentNanos;
  }

  private boolean isStill(ToDoubleFunction<Round> side) {
    int end = discarded.size();
    double before = median(end - 2 * WINDOW, end - WINDOW, side);
    double now = median(end - WINDOW, end, side);
    return now >= before * (1 - STILL);
  }

  private double median(int from, int to, ToDoubleFunction<Round> side) {
    return Spread.median(
        discarded.subList(from, to).stream().map(Discarded::round).mapToDouble(side).toArray());
  }
}
