package io.jdax.bench.turns;

import io.jdax.bench.report.Latency;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Samples how long single operations take, where JMH tells only their mean. Each value is the time
 * from the return of one operation to the return of the next: a fence does not hold up the clock
 * that is read after it, so what it waits for may fall behind that reading, and would be lost if
 * the clock were started anew. Reading it and counting, 40 ns or so, are part of every value.
 */
public final class LatencyRun {
  /** Operations between two looks at the end. */
  static final int BATCH = 1000;

  private static final long LONGEST_NANOS = 10_000_000_000L;
  private static final int P99_MILLIS = 300;

  private LatencyRun() {}

  /** Samples each operation for this long, one thread, in this JVM. */
  public static List<Latency> sample(List<SingleOperation> operations, int millis)
      throws IOException {
    List<Latency> latencies = new ArrayList<>();
    for (SingleOperation operation : operations) {
      latencies.add(new Latency(operation.title(), record(operation, millis)));
    }
    return latencies;
  }

  /** The 99th percentile in nanoseconds. */
  static long p99(SingleOperation operation) throws IOException {
    return record(operation, P99_MILLIS).getValueAtPercentile(99);
  }

  private static Histogram record(SingleOperation operation, int millis) throws IOException {
    try (SingleOperation.Batches batches = operation.open()) {
      record(batches, millis / 2); // for the compiler
      return record(batches, millis);
    }
  }

  private static Histogram record(SingleOperation.Batches batches, int millis) throws IOException {
    Histogram histogram = new Histogram(1, LONGEST_NANOS, 3);
    long end = System.nanoTime() + millis * 1_000_000L;
    while (System.nanoTime() < end) {
      batches.prepare();
      long before = System.nanoTime();
      for (int i = 0; i < BATCH; i++) {
        batches.run(i);
        long after = System.nanoTime();
        histogram.recordValue(Math.clamp(after - before, 1, LONGEST_NANOS));
        before = after;
      }
    }
    return histogram;
  }
}
