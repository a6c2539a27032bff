package io.jdax.tests.stress;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jcstress.JCStress;
import org.openjdk.jcstress.Options;
import org.openjdk.jcstress.infra.Status;
import org.openjdk.jcstress.infra.collectors.DiskReadCollector;
import org.openjdk.jcstress.infra.collectors.InProcessCollector;
import org.openjdk.jcstress.infra.collectors.TestResult;

/**
 * Runs the races under jcstress, each in JVMs of its own, and tells what was seen: {@code Races
 * MINUTES REGEX DIRECTORY}.
 */
public final class Races {
  private static final int STRIDE = 8;

  /** States of a race that are alive at a time, at most. */
  public static final int LIVE = 2 * STRIDE * STRIDE;

  private static final String JVM =
      "-Xmx512m --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow";

  /** What was seen of one race. */
  private static final class Seen {
    final Map<String, Long> outcomes = new TreeMap<>();
    int runs;
    long samples;
  }

  private final Map<String, Seen> seen = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();
  private final Path directory;
  private long millis;

  /**
   * @param directory for jcstress's reports
   */
  public Races(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  /** Status 1: an outcome that must not be, or a race that could not be run. */
  public static void main(String[] args) throws Exception {
    Races races = new Races(Path.of(args[2]));
    long end = System.currentTimeMillis() + Math.round(Double.parseDouble(args[0]) * 60_000);
    do {
      races.turn(args[1], 1_000, "-jvmArgsPrepend");
    } while (System.currentTimeMillis() < end && races.failures.isEmpty());
    System.out.print(races.report());
    System.exit(races.failures.isEmpty() ? 0 : 1);
  }

  /**
   * Runs all races once.
   *
   * @param regex of the names of races
   * @param millis for each, in each JVM
   * @param jvms "-jvmArgs": in one JVM each; "-jvmArgsPrepend": in one each for the interpreter,
   *     the compilers, and compilers that are told to shuffle
   */
  public void turn(String regex, int millis, String jvms) throws Exception {
    long begin = System.currentTimeMillis();
    Options options =
        new Options(
            new String[] {
              "-t",
              regex,
              "-f",
              "1",
              "-fsm",
              "1",
              "-iters",
              "2",
              "-time",
              "" + millis / 2,
              "-strideSize",
              "" + STRIDE,
              "-strideCount",
              "" + STRIDE,
              "-hs",
              "256",
              "-sc",
              "false",
              "-af",
              "NONE",
              "-spinStyle",
              "THREAD_YIELD",
              "-r",
              directory + "/",
              jvms,
              JVM
            });
    if (!options.parse()) {
      throw new IllegalArgumentException(regex);
    }
    Path results = Path.of(options.getResultFile());
    try {
      new JCStress(options).run();
    } catch (AssertionError e) {
      // its way to tell of failures: they are in the results
    }
    InProcessCollector collector = new InProcessCollector();
    DiskReadCollector reader = new DiskReadCollector(results.toString(), collector);
    reader.dump();
    reader.close();
    Files.deleteIfExists(results);
    if (collector.getTestResults().isEmpty()) {
      failures.add("nothing was run: " + regex);
    }
    collector.getTestResults().forEach(this::add);
    this.millis += System.currentTimeMillis() - begin;
  }

  private void add(TestResult result) {
    Seen s = seen.computeIfAbsent(result.getName(), name -> new Seen());
    s.runs++;
    s.samples += result.getTotalCount();
    for (String key : result.getStateKeys()) {
      s.outcomes.merge(key, result.getCount(key), Long::sum);
    }
    if (result.status() != Status.NORMAL
        || !result.grading().isPassed
        || result.getTotalCount() == 0) {
      failures.add(
          result.getName()
              + " "
              + result.getConfig().jvmArgs
              + ": "
              + result.status()
              + " "
              + result.grading().failureMessages
              + result.getMessages()
              + result.getVmErr());
    }
  }

  /** Outcomes that must not be, and races that could not be run. */
  public List<String> failures() {
    return failures;
  }

  /** How many samples of a race were taken that had this outcome. */
  public long count(Class<?> race, String outcome) {
    Seen s = seen.get(race.getName());
    return s == null ? 0 : s.outcomes.getOrDefault(outcome, 0L);
  }

  /** A line per race, one per failure; the last is the result. */
  public String report() {
    StringBuilder out = new StringBuilder();
    long samples = 0;
    for (Map.Entry<String, Seen> race : seen.entrySet()) {
      Seen s = race.getValue();
      samples += s.samples;
      out.append(String.format("%s: %,d in %d JVMs:", race.getKey(), s.samples, s.runs));
      s.outcomes.forEach((key, n) -> out.append(String.format("  (%s) %,d", key, n)));
      out.append('\n');
    }
    failures.forEach(f -> out.append("FAILED ").append(f).append('\n'));
    return out.append(
            String.format(
                "races: %s: %d races, %,d samples, %d s, %d failures%n",
                failures.isEmpty() ? "passed" : "FAILED",
                seen.size(),
                samples,
                millis / 1000,
                failures.size()))
        .toString();
  }
}
