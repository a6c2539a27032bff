package io.jdax.bench.run;

import io.jdax.bench.report.Columns;
import io.jdax.bench.report.Progress;
import io.jdax.bench.report.Result;
import io.jdax.bench.report.ResultsFile;
import io.jdax.bench.report.Rounds;
import io.jdax.bench.report.Rounds.Round;
import io.jdax.bench.report.RunFacts;
import io.jdax.bench.shape.Case;
import io.jdax.bench.turns.Pace;
import io.jdax.bench.turns.Pair;
import io.jdax.bench.turns.PairRun;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Measures what the limits need, and says which hold.
 *
 * <p>Each limit gets several fresh JVMs, since one JVM's compiler may have had a bad day, and in
 * each of them several rounds of both sides in turns (see {@link PairRun}). What counts is the
 * median ratio of the calm rounds: see {@link Rounds}.
 */
public final class LimitsRun {
  private static final int WORKERS = 3;

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
   * Measures and prints a line per limit, or JSON.
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
    RunFacts facts;
    try (BenchRegion region = BenchRegion.prepare(options)) {
      facts = MachineFacts.run("limits", region);
      err.println(region.intent(limits.size() + " limits"));
      try (Progress progress =
          Progress.on(err, "limits", limits.size(), WORKERS * Pace.LIMIT.rounds())) {
        for (Limit limit : limits) {
          verdicts.add(judge(limit, region, progress));
        }
      }
    }
    out.print(options.json() ? json(facts, verdicts) : table(verdicts));
    return verdicts.stream().allMatch(LimitVerdict::passes);
  }

  private static LimitVerdict judge(Limit limit, BenchRegion region, Progress progress)
      throws IOException {
    Pair pair = limit.pair();
    progress.begin(pair.benchmark());
    LimitVerdict verdict = verdict(limit, pair, region, progress);
    progress.end(pair.benchmark(), verdict.figure());
    return verdict;
  }

  private static LimitVerdict verdict(Limit limit, Pair pair, BenchRegion region, Progress progress)
      throws IOException {
    for (Case side : pair.sides()) {
      String absence = region.absence(side);
      if (absence != null) {
        return LimitVerdict.skipped(limit, side.id() + " is " + absence);
      }
    }
    List<Round> rounds = new ArrayList<>();
    for (int worker = 0; worker < WORKERS; worker++) {
      PairRun worked =
          PairRun.measure(
              List.of(pair),
              Pace.LIMIT,
              region.path(),
              (run, number) -> progress.iteration(pair.benchmark()));
      String complaint = worked.complaint();
      Rounds measured = worked.rounds(0);
      if (complaint != null || measured == null) {
        return LimitVerdict.failed(limit, complaint == null ? "no round" : complaint);
      }
      rounds.addAll(measured.all());
    }
    return LimitVerdict.of(limit, new Rounds(rounds));
  }

  private static String json(RunFacts facts, List<LimitVerdict> verdicts) {
    List<Result> rows = verdicts.stream().map(v -> Result.of(v.measurement())).toList();
    return new ResultsFile(facts, rows).json();
  }

  static String table(List<LimitVerdict> verdicts) {
    Columns columns = new Columns("llrrrrrl");
    columns.add("id", "work: baseline", "ns/op", "baseline", "ratio", "10 to 90 %", "limit", "");
    verdicts.forEach(v -> columns.add(v.cells()));
    return "\n"
        + columns
        + "\nThe sides were measured in turns in three JVMs, when neither got faster any more.\n"
        + "Medians are of the calmer half of the rounds; 10 to 90 % is the spread of the ratios of"
        + " all.\n";
  }
}
