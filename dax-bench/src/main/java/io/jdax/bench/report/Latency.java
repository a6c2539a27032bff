package io.jdax.bench.report;

import org.HdrHistogram.Histogram;

/**
 * How single operations spread, where the table has only their mean.
 *
 * @param name of the curve
 * @param histogram of nanoseconds, each from the return of one operation to the return of the next
 */
public record Latency(String name, Histogram histogram) {}
