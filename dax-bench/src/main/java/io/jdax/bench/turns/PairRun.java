package io.jdax.bench.turns;

import io.jdax.bench.report.Rounds;
import io.jdax.bench.report.Rounds.Round;
import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Catalogue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/** Pairs that are measured in a JVM of their own: see {@link PairWorker}. */
public final class PairRun {
  private static final String NONE = "-";

  private final List<List<Round>> rounds = new ArrayList<>();
  private final Map<Integer, Double> p99Ns = new TreeMap<>();
  private @Nullable String complaint;

  private PairRun(List<Pair> pairs) {

    pairs.forEach(pair -> rounds.add(new ArrayList<>()));
  }

  /**
   * Measures.
   *
   * @param onRound is told what there is so far, and the number of the pair that has had another
   *     round
   * @throws IOException the JVM can't be started
   */
  public static PairRun measure(
      List<Pair> pairs, Pace pace, Path region, ObjIntConsumer<PairRun> onRound)
      throws IOException {
    PairRun run = new PairRun(pairs);
    List<String> command = JmhRun.java(region, PairWorker.class);
    command.addAll(arguments(pairs, pace));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        run.read(line, onRound);
      }
      int code = process.waitFor();
      if (code == 0) {
        run.complaint = null;
      } else if (run.complaint == null) {
        run.complaint = "the measuring JVM ended with " + code;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      run.complaint = "interrupted";
    } finally {
      process.destroyForcibly();
    }
    return run;
  }

  /** The rounds of a pair, or null if there was none. */
  public @Nullable Rounds rounds(int number) {
    List<Round> all = rounds.get(number);
    return all.isEmpty() ? null : new Rounds(Collections.unmodifiableList(all));
  }

  /** The 99th percentile of single operations, in nanoseconds; null if they were not sampled. */
  public @Nullable Double p99Ns(int number) {
    return p99Ns.get(number);
  }

  /** What went wrong, or null. Pairs before that have their rounds. */
  public @Nullable String complaint() {
    return complaint;
  }

  private void read(String line, ObjIntConsumer<PairRun> onRound) {
    String[] words = line.split(" ");
    if (line.matches("round \\d+ -?[0-9.]+ [0-9.]+")) {
      int number = Integer.parseInt(words[1]);
      rounds.get(number).add(new Round(Double.parseDouble(words[2]), Double.parseDouble(words[3])));
      onRound.accept(this, number);
    } else if (line.matches("p99 \\d+ \\d+")) {
      p99Ns.put(Integer.parseInt(words[1]), Double.parseDouble(words[2]));
    } else if (complaint == null) {
      complaint = line;
    }
  }

  /** The pace, and for each pair the ids of its sides. */
  static List<String> arguments(List<Pair> pairs, Pace pace) {
    List<String> arguments = new ArrayList<>();
    arguments.add(pace.name());
    for (Pair pair : pairs) {
      Case less = pair.less();
      arguments.add(pair.benchmark().id());
      arguments.add(less == null ? NONE : less.id());
      arguments.add(pair.baseline().id());
    }
    return arguments;
  }

  /** What {@link #arguments} was given. */
  static List<Pair> pairs(String[] arguments) {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 1; i < arguments.length; i += 3) {
      pairs.add(
          new Pair(
              Catalogue.named(arguments[i]),
              arguments[i + 1].equals(NONE) ? null : Catalogue.named(arguments[i + 1]),
              Catalogue.named(arguments[i + 2])));
    }
    return pairs;
  }
}
