package io.jdax.bench.run;

import io.jdax.bench.bed.TestBed;
import io.jdax.bench.report.Measurement;
import io.jdax.bench.report.Progress;
import io.jdax.bench.shape.Case;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A JVM that measures the sides of a limit in turns, and prints a line {@code benchmark-ns
 * baseline-ns} per round; NaN for a baseline that there is not.
 *
 * <p>Why turns in one JVM: a shared machine drifts by more than the five percent that are in
 * question within the seconds that lie between two forks. Here both sides meet the same page tables
 * and the same neighbours some 30 ms apart, and a ratio is only ever taken within a round. Which
 * side goes first changes from round to round.
 */
final class LimitWorker {
  /** About a second and a half, for the compiler. */
  private static final int DISCARDED_ROUNDS = 20;

  /** Work of which one operation takes a second gets fewer rounds, but these. */
  private static final int FEWEST_ROUNDS = 5;

  private static final long PATIENCE_NANOS = 20_000_000_000L;

  private LimitWorker() {}

  /** Arguments: id of the limit, rounds. */
  public static void main(String[] args) throws IOException {
    Limit limit =
        Limit.all().stream().filter(l -> l.id().equals(args[0])).findFirst().orElseThrow();
    Case benchmark = Limit.named(limit.benchmark());
    Case less = limit.less() == null ? null : Limit.named(limit.less());
    Case baseline = limit.baseline() == null ? null : Limit.named(limit.baseline());
    int rounds = Integer.parseInt(args[1]);
    Path region = Path.of(Objects.requireNonNull(System.getProperty(TestBed.PROPERTY)));
    JmhRun jmh = new JmhRun(region, Effort.ROUND, Progress.none());
    long begin = System.nanoTime();
    for (int round = -DISCARDED_ROUNDS; round < rounds; round++) {
      long spent = System.nanoTime() - begin;
      if (round < 0 && spent > PATIENCE_NANOS / 4) {
        round = 0;
      } else if (round >= FEWEST_ROUNDS && spent > PATIENCE_NANOS) {
        break;
      }
      double ns;
      double baselineNs;
      if (round % 2 == 0) {
        ns = measure(jmh, benchmark, 0) - measure(jmh, less, 0);
        baselineNs = measure(jmh, baseline, Double.NaN);
      } else {
        baselineNs = measure(jmh, baseline, Double.NaN);
        ns = measure(jmh, benchmark, 0) - measure(jmh, less, 0);
      }
      if (round >= 0) {
        System.out.printf(Locale.ROOT, "%.4f %.4f%n", ns, baselineNs);
        System.out.flush();
      }
    }
    TestBed.release();
  }

  private static double measure(JmhRun jmh, @Nullable Case c, double ifNone) {
    if (c == null) {
      return ifNone;
    }
    Measurement measurement = jmh.measure(c);
    Double ns = measurement.nsPerOp();
    if (ns == null) {
      System.out.println(c.id() + ": " + measurement.note());
      System.exit(1);
      throw new IllegalStateException();
    }
    return ns;
  }
}
