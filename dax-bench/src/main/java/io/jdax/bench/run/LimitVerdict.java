package io.jdax.bench.run;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Limit}.
 *
 * <p>Only the calm half of the rounds counts, those in which both sides together took the least: a
 * round in which another process took the core says something about that process. Since both sides
 * are weighed alike in choosing, neither is favoured by it.
 *
 * @param nsPerOp median of the benchmark, NaN when it was not measured
 * @param baselineNs median of the baseline; NaN when there is none
 * @param ratio median of the ratios within a round; NaN without a baseline
 * @param note why it was not measured, or null
 * @param failed it should have been measured
 */
record LimitVerdict(
    Limit limit,
    double nsPerOp,
    double baselineNs,
    double ratio,
    @Nullable String note,
    boolean failed) {

  /** One turn of both sides; the baseline is NaN when there is none. */
  record Round(double nsPerOp, double baselineNs) {
    double ratio() {
      return nsPerOp / baselineNs;
    }

    /** How long it took beside a typical round. */
    double slowness(double typical, double typicalBaseline) {
      double own = nsPerOp / typical;
      return Double.isNaN(baselineNs) ? own : own + baselineNs / typicalBaseline;
    }
  }

  static LimitVerdict of(Limit limit, List<Round> all) {
    double typical = median(all.stream().mapToDouble(Round::nsPerOp).toArray());
    double typicalBaseline = median(all.stream().mapToDouble(Round::baselineNs).toArray());
    List<Round> rounds =
        all.stream()
            .sorted(Comparator.comparingDouble((Round r) -> r.slowness(typical, typicalBaseline)))
            .limit((all.size() + 1) / 2)
            .toList();
    return new LimitVerdict(
        limit,
        median(rounds.stream().mapToDouble(Round::nsPerOp).toArray()),
        median(rounds.stream().mapToDouble(Round::baselineNs).toArray()),
        median(rounds.stream().mapToDouble(Round::ratio).toArray()),
        null,
        false);
  }

  static LimitVerdict skipped(Limit limit, String why) {
    return new LimitVerdict(limit, Double.NaN, Double.NaN, Double.NaN, why, false);
  }

  static LimitVerdict failed(Limit limit, String why) {
    return new LimitVerdict(limit, Double.NaN, Double.NaN, Double.NaN, why, true);
  }

  /** Whether nothing speaks against the limit: it holds, or could not be measured here. */
  boolean passes() {
    return note == null ? holds() : !failed;
  }

  private boolean holds() {
    Double factor = limit.factor();
    Double plusNanos = limit.plusNanos();
    Double nanos = limit.nanos();
    double more = plusNanos == null ? 0 : plusNanos / baselineNs;
    return (factor == null || ratio <= factor + more) && (nanos == null || nsPerOp <= nanos);
  }

  /** {@code holds}, {@code BROKEN}, {@code skipped} or {@code FAILED}. */
  String word() {
    if (note != null) {
      return failed ? "FAILED" : "skipped";
    }
    return holds() ? "holds" : "BROKEN";
  }

  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
