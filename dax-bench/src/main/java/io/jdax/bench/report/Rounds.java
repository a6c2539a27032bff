package io.jdax.bench.report;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What two sides gave that were measured in turns.
 *
 * <p>The medians are those of the calmer half of the rounds, in which both sides together took the
 * least: a round in which another process had the core says something about that process. Both
 * sides are weighed alike in choosing, so neither is favoured by it. The spreads are those of all
 * rounds, so that what was left out of the medians is seen.
 *
 * @param all in the order in which they were measured
 */
public record Rounds(List<Round> all) {
  /** Four of five ratios lie within less than this part of their median, or they say nothing. */
  private static final double TOO_WIDE = 0.5;

  /**
   * One turn of both sides.
   *
   * @param nsPerOp of the benchmark
   * @param baselineNs of what it is compared with
   */
  public record Round(double nsPerOp, double baselineNs) {
    public double ratio() {
      return nsPerOp / baselineNs;
    }
  }

  /** The median of the benchmark in the calmer half, in nanoseconds. */
  public double nsPerOp() {
    return median(Round::nsPerOp);
  }

  /** The same of the baseline. */
  public double baselineNs() {
    return median(Round::baselineNs);
  }

  /** The median of the ratios in the calmer half, each of two sides of one round. */
  public double ratio() {
    return median(Round::ratio);
  }

  /** Of the benchmark in all rounds, in nanoseconds. */
  public Spread nsSpread() {
    return spread(Round::nsPerOp);
  }

  /** Of the baseline in all rounds, in nanoseconds. */
  public Spread baselineSpread() {
    return spread(Round::baselineNs);
  }

  /** Of the ratios of all rounds. */
  public Spread ratioSpread() {
    return spread(Round::ratio);
  }

  /** Whether the ratios lie so far apart that their median means little. */
  public boolean isNoisy() {
    return ratioSpread().relativeTo(ratio()) > TOO_WIDE;
  }

  private double median(ToDoubleFunction<Round> of) {
    return Spread.median(calmerHalf().stream().mapToDouble(of).toArray());
  }

  private Spread spread(ToDoubleFunction<Round> of) {
    return Spread.of(all.stream().mapToDouble(of).toArray());
  }

  private List<Round> calmerHalf() {
    double typical = Spread.median(all.stream().mapToDouble(Round::nsPerOp).toArray());
    double typicalBaseline = Spread.median(all.stream().mapToDouble(Round::baselineNs).toArray());
    return all.stream()
        .sorted(
            Comparator.comparingDouble(
                (Round r) -> r.nsPerOp() / typical + r.baselineNs() / typicalBaseline))
        .limit((all.size() + 1) / 2)
        .toList();
  }
}
