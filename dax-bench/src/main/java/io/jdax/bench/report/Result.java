package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code results.json}. Figures are null when the row was not measured, or not in that
 * way. A row of JMH has {@code mbPerSecond}; one whose sides were measured in turns has {@code
 * ratioLow} and {@code ratioHigh}.
 *
 * @param id unique in a file
 * @param group {@link io.jdax.bench.shape.Shape#group}
 * @param name of the row, such as {@code jdax store+persist}
 * @param params {@code key=value} pairs with a space between them, sorted; may be empty
 * @param threads that do the work at once
 * @param nsPerOp nanoseconds that one thread takes for one operation, a median
 * @param lowNs a tenth of the iterations or rounds took less
 * @param highNs a tenth of them took more
 * @param p99Ns a hundredth of single operations took more
 * @param mbPerSecond millions of bytes per second that all threads move together; null when nothing
 *     is moved
 * @param baseline name of the row that {@code ratio} refers to
 * @param baselineNs what it takes
 * @param ratio this row's {@code nsPerOp} in units of the baseline's; of rounds, the median of
 *     their ratios
 * @param ratioLow a tenth of the ratios are lower
 * @param ratioHigh a tenth of the ratios are higher
 * @param note why there are no figures, or {@code noisy}; null when there is nothing to say
 */
public record Result(
    String id,
    String group,
    String name,
    String params,
    int threads,
    @Nullable Double nsPerOp,
    @Nullable Double lowNs,
    @Nullable Double highNs,
    @Nullable Double p99Ns,
    @Nullable Double mbPerSecond,
    @Nullable String baseline,
    @Nullable Double baselineNs,
    @Nullable Double ratio,
    @Nullable Double ratioLow,
    @Nullable Double ratioHigh,
    @Nullable String note) {

  /** A row of JMH, among all of its run. */
  public static Result of(Measurement measured, List<Measurement> all) {
    Case c = measured.of();
    Double ns = measured.nsPerOp();
    Measurement baseline = ns == null ? null : baseline(c, all);
    Double baselineNs = baseline == null ? null : baseline.nsPerOp();
    Double mb = ns == null || c.bytes() == 0 ? null : (Double) (c.bytes() * c.threads() / ns * 1e3);
    Spread spread = measured.spread();
    return new Result(
        c.id(),
        c.group(),
        c.name(),
        c.paramText(),
        c.threads(),
        ns,
        spread == null ? null : (Double) spread.low(),
        spread == null ? null : (Double) spread.high(),
        null,
        mb,
        baseline == null ? null : baseline.of().name(),
        baselineNs,
        baselineNs == null || ns == null ? null : (Double) (ns / baselineNs),
        null,
        null,
        measured.note());
  }

  /** A row whose sides were measured in turns. */
  public static Result of(PairMeasurement measured) {
    Case c = measured.benchmark();
    Rounds rounds = measured.rounds();
    if (rounds == null) {
      return new Result(
          measured.id(),
          c.group(),
          c.name(),
          c.paramText(),
          c.threads(),
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          null,
          Objects.requireNonNull(measured.note()));
    }
    return new Result(
        measured.id(),
        c.group(),
        c.name(),
        c.paramText(),
        c.threads(),
        rounds.nsPerOp(),
        rounds.nsSpread().low(),
        rounds.nsSpread().high(),
        measured.p99Ns(),
        null,
        measured.baseline().name(),
        rounds.baselineNs(),
        rounds.ratio(),
        rounds.ratioSpread().low(),
        rounds.ratioSpread().high(),
        rounds.isNoisy() ? PairMeasurement.NOISY : null);
  }

  /** What a comparison is about: of the ratios where there are any, else of the nanoseconds. */
  @Nullable Spread spread() {
    if (ratioLow != null && ratioHigh != null) {
      return new Spread(ratioLow, ratioHigh);
    }
    return lowNs != null && highNs != null ? new Spread(lowNs, highNs) : null;
  }

  private static @Nullable Measurement baseline(Case c, List<Measurement> all) {
    for (String name : c.beside()) {
      for (Measurement other : all) {
        if (other.of().name().equals(name) && other.of().sameWork(c) && other.nsPerOp() != null) {
          return other;
        }
      }
    }
    return null;
  }
}
