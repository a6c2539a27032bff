package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import org.jspecify.annotations.Nullable;

/**
 * What became of two sides that were to be measured in turns: rounds, or why there are none.
 *
 * @param id of the question or limit that asked for it
 * @param text the work
 * @param beside the work that it is compared with
 * @param benchmark the side that {@code text} is about
 * @param baseline the other
 * @param rounds null when it was not measured
 * @param p99Ns the 99th percentile of single operations in nanoseconds; null when not sampled
 * @param note null with rounds; else a phrase that stands in their place
 * @param failed it should have been measured
 */
public record PairMeasurement(
    String id,
    String text,
    String beside,
    Case benchmark,
    Case baseline,
    @Nullable Rounds rounds,
    @Nullable Double p99Ns,
    @Nullable String note,
    boolean failed) {
  /** What is said of rounds that lie too far apart. */
  static final String NOISY = "noisy";
}
