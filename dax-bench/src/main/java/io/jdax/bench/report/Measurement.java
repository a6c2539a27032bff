package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import org.jspecify.annotations.Nullable;

/**
 * What became of a {@link Case}: figures, or why there are none.
 *
 * @param of what was measured
 * @param nsPerOp nanoseconds that one thread takes for one operation, median of the iterations
 * @param spread of the iterations; null when there are too few to tell
 * @param note null with figures; else a phrase that stands in their place
 * @param failed it should have been measured
 */
public record Measurement(
    Case of,
    @Nullable Double nsPerOp,
    @Nullable Spread spread,
    @Nullable String note,
    boolean failed) {
  public static Measurement of(Case of, double nsPerOp, @Nullable Spread spread) {
    return new Measurement(of, nsPerOp, spread, null, false);
  }

  public static Measurement absent(Case of, String why) {
    return new Measurement(of, null, null, why, false);
  }

  public static Measurement failed(Case of, String why) {
    return new Measurement(of, null, null, why, true);
  }
}
