package io.jdax.bench.turns;

import io.jdax.bench.bed.TestBed;
import io.jdax.bench.report.Measurement;
import io.jdax.bench.report.Progress;
import io.jdax.bench.report.Rounds.Round;
import io.jdax.bench.shape.Case;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that measures pairs in turns of their sides, one pair after the other, and prints what
 * {@link PairRun} reads.
 *
 * <p>Why turns in one JVM: a shared machine drifts by more than the five percent that are in
 * question within the seconds that lie between two forks. Here both sides meet the same page tables
 * and the same neighbours some 30 ms apart, and a ratio is only ever taken within a round. Which
 * side goes first changes from round to round.
 */
final class PairWorker {
  private final JmhRun jmh;
  private final Pace pace;

  private PairWorker(JmhRun jmh, Pace pace) {
    this.jmh = jmh;
    this.pace = pace;
  }

  /** Arguments: see {@link PairRun#arguments}. */
  public static void main(String[] args) throws IOException {
    Path region = Path.of(Objects.requireNonNull(System.getProperty(TestBed.PROPERTY)));
    JmhRun jmh = new JmhRun(region, Effort.ROUND, Progress.none());
    PairWorker worker = new PairWorker(jmh, Pace.valueOf(args[0]));
    List<Pair> pairs = PairRun.pairs(args);
    for (int i = 0; i < pairs.size(); i++) {
      worker.measure(i, pairs.get(i));
    }
    TestBed.release();
  }

  private void measure(int number, Pair pair) throws IOException {
    warmUp(pair);
    long begin = System.nanoTime();
    for (int i = 0; i < pace.rounds; i++) {
      if (i >= Pace.FEWEST_ROUNDS && since(begin).compareTo(pace.measuring) > 0) {
        break;
      }
      Round round = round(pair, i % 2 == 0);
      print("round %d %.4f %.4f", number, round.nsPerOp(), round.baselineNs());
    }
    if (pace == Pace.QUICK) {
      SingleOperation operation = SingleOperation.of(pair.benchmark());
      if (operation != null) {
        print("p99 %d %d", number, LatencyRun.p99(operation));
      }
    }
  }

  private void warmUp(Pair pair) {
    WarmUp warmUp = new WarmUp(pair.isLengthy(), pace.warmUp);
    Round round = round(pair, true);
    long begin = System.nanoTime();
    for (boolean first = false;
        !warmUp.isOverAfter(round, since(begin), compiling());
        first = !first) {
      round = round(pair, first);
    }
  }

  private static Duration compiling() {
    return Duration.ofMillis(ManagementFactory.getCompilationMXBean().getTotalCompilationTime());
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static void print(String format, Object... values) {
    System.out.printf(Locale.ROOT, format + "%n", values);
    System.out.flush();
  }

  private Round round(Pair pair, boolean benchmarkFirst) {
    if (benchmarkFirst) {
      double ns = benchmark(pair);
      return new Round(ns, measure(pair.baseline()));
    }
    double baselineNs = measure(pair.baseline());
    return new Round(benchmark(pair), baselineNs);
  }

  private double benchmark(Pair pair) {
    Case less = pair.less();
    return measure(pair.benchmark()) - (less == null ? 0 : measure(less));
  }

  private double measure(Case c) {
    Measurement measurement = jmh.measure(c);
    @Nullable Double ns = measurement.nsPerOp();
    if (ns == null) {
      System.out.println(c.id() + ": " + measurement.note());
      System.exit(1);
      throw new IllegalStateException();
    }
    return ns;
  }
}
