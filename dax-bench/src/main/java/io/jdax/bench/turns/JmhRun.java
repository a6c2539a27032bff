package io.jdax.bench.turns;

import io.jdax.bench.bed.TestBed;
import io.jdax.bench.report.Measurement;
import io.jdax.bench.report.Progress;
import io.jdax.bench.report.Spread;
import io.jdax.bench.shape.Case;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.util.Statistics;

/** One case through JMH's embedded runner. */
public final class JmhRun {
  /** Of the system properties, those that say how jdax is to work go along into forks. */
  private static final String OWN_PROPERTIES = "jdax.";

  /** Times that an operation of a second or more is measured. */
  private static final int LENGTHY = 3;

  /** With fewer iterations nobody knows how they spread. */
  private static final int FEWEST_FOR_SPREAD = 3;

  private final Path region;
  private final Effort effort;
  private final Progress progress;

  /**
   * @param region to measure on
   * @param progress is told of each iteration
   */
  public JmhRun(Path region, Effort effort, Progress progress) {
    this.region = region;
    this.effort = effort;
    this.progress = progress;
    // JMH's lock keeps two of its runs apart on one machine, by a file in /tmp that another user
    // may own; regions have their own lock.
    System.setProperty("jmh.ignoreLock", "true");
  }

  /** Measures a case; what goes wrong is the measurement's note. */
  public Measurement measure(Case c) {
    ProgressFormat format = new ProgressFormat(progress, c);
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            .include("^" + Pattern.quote(c.method()) + "$")
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .threads(c.threads())
            .forks(effort.forks)
            .warmupIterations(
                c.lengthy() ? Math.min(1, effort.warmups) : effort.warmups * c.warmups())
            .warmupTime(TimeValue.milliseconds(effort.warmupMillis))
            .measurementIterations(
                c.lengthy() ? Math.min(LENGTHY, effort.iterations) : effort.iterations)
            .measurementTime(TimeValue.milliseconds(effort.iterationMillis))
            .shouldFailOnError(true);
    if (effort.forks > 0) {
      options.jvmArgs(forkArguments(region).toArray(String[]::new));
    }
    c.params().forEach((key, value) -> options.param(key, value));
    try {
      Collection<RunResult> results = new Runner(options.build(), format).run();
      if (results.isEmpty()) {
        return Measurement.failed(c, "failed: JMH measured nothing");
      }
      Result<?> result = results.iterator().next().getPrimaryResult();
      // JMH's score is the mean: one iteration in which another process took the core would be all
      // that it shows.
      Statistics all = result.getStatistics();
      Spread spread =
          all.getN() < FEWEST_FOR_SPREAD
              ? null
              : new Spread(all.getPercentile(10), all.getPercentile(90));
      return Measurement.of(c, all.getPercentile(50), spread);
    } catch (RunnerException e) {
      return Measurement.failed(c, "failed: " + format.reason(e));
    }
  }

  /** The command of another JVM that measures, for a class with a {@code main}. */
  public static List<String> java(Path region, Class<?> main) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(forkArguments(region));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    return command;
  }

  /** What a JVM that measures is started with, in place of what this one was. */
  static List<String> forkArguments(Path region) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--enable-native-access=ALL-UNNAMED");
    arguments.add("--sun-misc-unsafe-memory-access=allow"); // JMH's own
    // Nothing here allocates; the collector that is up first is the best.
    arguments.add("-XX:+UseSerialGC");
    arguments.add("-Xms128m");
    arguments.add("-Xmx512m");
    for (Map.Entry<Object, Object> property : System.getProperties().entrySet()) {
      String key = property.getKey().toString();
      if (key.startsWith(OWN_PROPERTIES) && !key.equals(TestBed.PROPERTY)) {
        arguments.add("-D" + key + "=" + property.getValue());
      }
    }
    arguments.add("-D" + TestBed.PROPERTY + "=" + region);
    return arguments;
  }
}
