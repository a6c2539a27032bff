package io.jdax.bench.run;

import io.jdax.bench.report.Figures;
import io.jdax.bench.report.PairMeasurement;
import io.jdax.bench.report.Rounds;
import io.jdax.bench.shape.Catalogue;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Limit}.
 *
 * @param rounds null when it was not measured
 * @param note why it was not measured, or null
 * @param failed it should have been measured
 */
record LimitVerdict(Limit limit, @Nullable Rounds rounds, @Nullable String note, boolean failed) {

  static LimitVerdict of(Limit limit, Rounds rounds) {
    return new LimitVerdict(limit, rounds, null, false);
  }

  static LimitVerdict skipped(Limit limit, String why) {
    return new LimitVerdict(limit, null, why, false);
  }

  static LimitVerdict failed(Limit limit, String why) {
    return new LimitVerdict(limit, null, why, true);
  }

  /** Whether nothing speaks against the limit: it holds, or could not be measured here. */
  boolean passes() {
    return rounds == null ? !failed : holds(rounds);
  }

  private boolean holds(Rounds measured) {
    return measured.ratio() <= limit.factor();
  }

  /** {@code holds}, {@code BROKEN}, {@code skipped} or {@code FAILED}. */
  String word() {
    if (rounds == null) {
      return failed ? "FAILED" : "skipped";
    }
    return holds(rounds) ? "holds" : "BROKEN";
  }

  /** For a log. */
  String figure() {
    return rounds == null
        ? String.valueOf(note)
        : String.format(Locale.ROOT, "%.3f × (%s)", rounds.ratio(), rounds.ratioSpread());
  }

  /** The cells of its line: see {@link LimitsRun#table}. */
  String[] cells() {
    if (rounds == null) {
      return new String[] {
        limit.id(), limit.text(), "", "", "", "", limit.bound(), word() + ": " + note
      };
    }
    return new String[] {
      limit.id(),
      limit.text(),
      Figures.number(rounds.nsPerOp()),
      Figures.number(rounds.baselineNs()),
      String.format(Locale.ROOT, "%.3f ×", rounds.ratio()),
      rounds.ratioSpread().toString(),
      limit.bound(),
      word()
    };
  }

  /** As a row of results. */
  PairMeasurement measurement() {
    return new PairMeasurement(
        limit.id(),
        limit.text(),
        limit.baseline(),
        Catalogue.named(limit.benchmark()),
        Catalogue.named(limit.baseline()),
        rounds,
        null,
        note,
        failed);
  }
}
