package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code results.json}. Figures are null when the row was not measured.
 *
 * @param group {@code flush}, {@code copy}, {@code block}, {@code access}, {@code fault}, {@code
 *     invalidate}, {@code file}, {@code cache}, {@code subpage}, {@code downcall}
 * @param name of the row, such as {@code jdax store+persist}
 * @param params {@code key=value} pairs with a space between them, sorted; may be empty
 * @param threads that do the work at once
 * @param nsPerOp nanoseconds that one thread takes for one operation, median of the iterations
 * @param errorNs half of the 99.9 % confidence interval of their mean
 * @param mbPerSecond millions of bytes per second that all threads move together; null when nothing
 *     is moved
 * @param baseline name of the row of the same group, params and threads that {@code ratio} refers
 *     to
 * @param ratio this row's {@code nsPerOp} in units of the baseline's
 */
public record Result(
    String group,
    String name,
    String params,
    int threads,
    @Nullable Double nsPerOp,
    @Nullable Double errorNs,
    @Nullable Double mbPerSecond,
    @Nullable String baseline,
    @Nullable Double ratio) {

  static Result of(Measurement measured, List<Measurement> all) {
    Case c = measured.of();
    Double ns = measured.nsPerOp();
    Measurement baseline = ns == null ? null : baseline(c, all);
    Double mb = ns == null || c.bytes() == 0 ? null : (Double) (c.bytes() * c.threads() / ns * 1e3);
    return new Result(
        c.group(),
        c.name(),
        c.paramText(),
        c.threads(),
        ns,
        measured.errorNs(),
        mb,
        baseline == null ? null : baseline.of().name(),
        baseline == null || ns == null
            ? null
            : (Double) (ns / Objects.requireNonNull(baseline.nsPerOp())));
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
