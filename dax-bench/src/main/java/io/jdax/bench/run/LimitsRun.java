package io.jdax.bench.run;

import io.jdax.bench.report.Figures;
import io.jdax.bench.report.Progress;
import io.jdax.bench.shape.Case;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the limits need, and says which hold.
 *
 * <p>Each limit gets several fresh JVMs, since one JVM's compiler may have had a bad day, and in
 * each of them several rounds of both sides in turns (see {@link LimitWorker}). What counts is the
 * median ratio of the calm rounds.
 */
public final class LimitsRun {
  private static final int WORKERS = 3;
  private static final int ROUNDS = 40;

  private final BenchOptions options;
  private final @Nullable String group;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param options where to measure; effort and filter do not apply
   * @param group only the limits of this group; null for all
   */
  public LimitsRun(BenchOptions options, @Nullable String group, PrintStream out, PrintStream err) {
    this.options = options;
    this.group = group;
    this.out = out;
    this.err = err;
  }

  /**
   * Measures and prints a line per limit.
   *
   * @return whether all hold that could be measured here
   * @throws BenchInputException there is no such group, or the region can't be measured on
   * @throws IOException the region can't be used
   */
  public boolean run() throws IOException {
    if (group != null && !Limit.groups().contains(group)) {
      throw new BenchInputException(
          "no limits in a group '" + group + "'; there are " + String.join(", ", Limit.groups()));
    }
    List<Limit> limits =
        Limit.all().stream().filter(l -> group == null || l.group().equals(group)).toList();
    List<LimitVerdict> verdicts = new ArrayList<>();
    try (BenchRegion region = BenchRegion.prepare(options)) {
      err.println(
          "Measuring "
              + limits.size()
              + " limits on "
              + region.path()
              + ", "
              + Figures.bytes(region.facts().sizeBytes())
              + ", "
              + region.persister());
      try (Progress progress = Progress.on(err, "limits", limits.size(), WORKERS * ROUNDS)) {
        for (Limit limit : limits) {
          verdicts.add(judge(limit, region, progress));
        }
      }
    }
    out.print(table(verdicts));
    return verdicts.stream().allMatch(LimitVerdict::passes);
  }

  private LimitVerdict judge(Limit limit, BenchRegion region, Progress progress)
      throws IOException {
    Case benchmark = Limit.named(limit.benchmark());
    progress.begin(benchmark);
    LimitVerdict verdict = verdict(limit, region, progress);
    progress.end(benchmark, verdict.note() == null ? figure(verdict) : verdict.note());
    return verdict;
  }

  private LimitVerdict verdict(Limit limit, BenchRegion region, Progress progress)
      throws IOException {
    for (String side : limit.sides()) {
      String absence = region.absence(Limit.named(side));
      if (absence != null) {
        return LimitVerdict.skipped(limit, side + " is " + absence);
      }
    }
    List<LimitVerdict.Round> rounds = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      String complaint = work(limit, region.path(), rounds, progress);
      if (complaint != null) {
        return LimitVerdict.failed(limit, complaint);
      }
    }
    return LimitVerdict.of(limit, rounds);
  }

  /** Adds a worker's rounds; returns what went wrong with it, or null. */
  private static @Nullable String work(
      Limit limit, Path region, List<LimitVerdict.Round> rounds, Progress progress)
      throws IOException {
    List<String> command = JmhRun.java(region, LimitWorker.class);
    command.addAll(List.of(limit.id(), Integer.toString(ROUNDS)));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String complaint = null;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.matches("-?[0-9.]+ ([0-9.]+|NaN)")) {
          String[] sides = line.split(" ");
          rounds.add(
              new LimitVerdict.Round(Double.parseDouble(sides[0]), Double.parseDouble(sides[1])));
          progress.iteration(Limit.named(limit.benchmark()));
        } else if (complaint == null) {
          complaint = line;
        }
      }
      int code = process.waitFor();
      return code == 0
          ? null
          : complaint == null ? "the measuring JVM ended with " + code : complaint;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    } finally {
      process.destroyForcibly();
    }
  }

  private static String figure(LimitVerdict verdict) {
    return Double.isNaN(verdict.ratio())
        ? Figures.number(verdict.nsPerOp()) + " ns"
        : Figures.number(verdict.ratio()) + " ×";
  }

  static String table(List<LimitVerdict> verdicts) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("id", "work: baseline", "ns/op", "baseline", "measured", "limit", ""));
    for (LimitVerdict v : verdicts) {
      boolean measured = v.note() == null;
      rows.add(
          List.of(
              v.limit().id(),
              v.limit().text(),
              measured ? Figures.number(v.nsPerOp()) : "",
              measured && !Double.isNaN(v.baselineNs()) ? Figures.number(v.baselineNs()) : "",
              measured && !Double.isNaN(v.ratio())
                  ? String.format(Locale.ROOT, "%.3f ×", v.ratio())
                  : "",
              v.limit().bound(),
              measured ? v.word() : v.word() + ": " + v.note()));
    }
    StringBuilder table = new StringBuilder("\n");
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        int column = i;
        int width = rows.stream().mapToInt(r -> r.get(column).length()).max().orElse(0);
        boolean left = i < 2 || i == row.size() - 1;
        String format = "%" + (left ? "-" : "") + Math.max(1, width) + "s";
        table.append(i == 0 ? "" : "  ").append(String.format(Locale.ROOT, format, row.get(i)));
      }
      table.append('\n');
    }
    return table.toString();
  }
}
