package io.jdax.bench.report;

import java.util.Arrays;

/**
 * How far apart values lie that should be the same: the 10th and the 90th percentile. Four of five
 * values lie between them. An interval of confidence of their mean would be narrower, and say
 * nothing of what the next run will give.
 *
 * @param low a tenth of the values are lower
 * @param high a tenth of the values are higher
 */
public record Spread(double low, double high) {
  private static final double TENTH = 0.1;

  /** Of at least one value. */
  public static Spread of(double... values) {
    return new Spread(quantile(values, TENTH), quantile(values, 1 - TENTH));
  }

  /** Whether no value can be in both. */
  public boolean isApartFrom(Spread other) {
    return high < other.low || other.high < low;
  }

  /** Its width in units of what lies in its middle. */
  public double relativeTo(double middle) {
    return (high - low) / middle;
  }

  /** {@code 158 to 171}. */
  @Override
  public String toString() {
    return Figures.number(low) + " to " + Figures.number(high);
  }

  /** The median of at least one value. */
  public static double median(double... values) {
    return quantile(values, 0.5);
  }

  /** Between two values, as far along as the quantile lies between their ranks. */
  private static double quantile(double[] values, double quantile) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double rank = quantile * (sorted.length - 1);
    int below = (int) rank;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
  }
}
