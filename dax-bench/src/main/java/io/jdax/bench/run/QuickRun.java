package io.jdax.bench.run;

import io.jdax.bench.report.Figures;
import io.jdax.bench.report.PairMeasurement;
import io.jdax.bench.report.PairTable;
import io.jdax.bench.report.Progress;
import io.jdax.bench.report.Question;
import io.jdax.bench.report.Report;
import io.jdax.bench.report.Result;
import io.jdax.bench.report.ResultsFile;
import io.jdax.bench.report.Rounds;
import io.jdax.bench.report.RunFacts;
import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Catalogue;
import io.jdax.bench.turns.Pace;
import io.jdax.bench.turns.Pair;
import io.jdax.bench.turns.PairRun;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Answers a newcomer's questions in two to three minutes: the {@link Question}s, a line each.
 *
 * <p>Questions of one group share a JVM, which is warm for the second when it has answered the
 * first. Those whose rounds lie too far apart are asked again, once, in a fresh one.
 */
public final class QuickRun {
  private final BenchOptions options;
  private final PrintStream out;
  private final PrintStream err;

  /**
   * @param options the filter is looked for in the ids of questions and of their benchmarks; the
   *     effort does not apply
   * @param out for the table
   * @param err for the progress
   */
  public QuickRun(BenchOptions options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /**
   * Measures, prints a table or JSON, and writes the report.
   *
   * @return whether every question that could be answered here was
   * @throws BenchInputException no question matches the filter, a peer that is required is not
   *     installed, or the region can't be measured on
   * @throws IOException the region can't be used, or the report not written
   */
  public boolean run() throws IOException {
    List<Question> questions = asked();
    Path folder = options.out();
    try (BenchRegion region = BenchRegion.prepare(options)) {
      region.requirePeers(
          options, questions.stream().map(Question::baseline).map(Catalogue::named).toList());
      if (folder != null) {
        Files.createDirectories(folder); // now, not after minutes of measuring
      }
      RunFacts facts = MachineFacts.run("quick", region);
      err.println(region.intent(questions.size() + " questions"));
      List<PairMeasurement> measured = measure(questions, region);
      ResultsFile results = new ResultsFile(facts, measured.stream().map(Result::of).toList());
      out.print(options.json() ? results.json() : new PairTable(measured));
      if (folder != null) {
        results.write(folder.resolve("results.json"));
        Path report = folder.resolve("report.html");
        Files.writeString(report, Report.ofPairs(measured, MachineFacts.of(region)).html());
        (options.json() ? err : out).println("Report: " + report.toAbsolutePath().normalize());
      }
      return measured.stream().noneMatch(PairMeasurement::failed);
    }
  }

  private List<Question> asked() throws BenchInputException {
    List<Question> all = Question.all();
    List<Question> asked =
        all.stream()
            .filter(
                q ->
                    options.filter() == null
                        || options.filter().matcher(q.id()).find()
                        || options.filter().matcher(q.benchmark()).find())
            .filter(
                q ->
                    !Boolean.FALSE.equals(options.peers())
                        || !Catalogue.named(q.baseline()).by().isNative())
            .toList();
    if (asked.isEmpty()) {
      throw new BenchInputException(
          "no question of --quick matches "
              + options.filter()
              + "; there are "
              + String.join(", ", all.stream().map(Question::id).toList()));
    }
    return asked;
  }

  private List<PairMeasurement> measure(List<Question> questions, BenchRegion region)
      throws IOException {
    Map<String, List<Question>> groups = new LinkedHashMap<>();
    Map<Question, PairMeasurement> answers = new LinkedHashMap<>();
    for (Question question : questions) {
      String absence = absence(question, region);
      answers.put(question, answer(question, null, null, absence, false));
      if (absence == null) {
        String group = pair(question).benchmark().group();
        groups.computeIfAbsent(group, g -> new ArrayList<>()).add(question);
      }
    }
    try (Progress progress = Progress.on(err, "quick", questions.size(), Pace.QUICK.rounds())) {
      for (List<Question> group : groups.values()) {
        ask(group, region, progress, answers);
        List<Question> noisy = group.stream().filter(q -> isNoisy(answers.get(q))).toList();
        if (!noisy.isEmpty()) {
          ask(noisy, region, Progress.none(), answers);
        }
      }
    }
    return List.copyOf(answers.values());
  }

  private static void ask(
      List<Question> group,
      BenchRegion region,
      Progress progress,
      Map<Question, PairMeasurement> answers)
      throws IOException {
    List<Pair> pairs = group.stream().map(QuickRun::pair).toList();
    Following following = new Following(progress, pairs);
    PairRun run = PairRun.measure(pairs, Pace.QUICK, region.path(), following::round);
    following.end(run, pairs.size());
    for (int i = 0; i < group.size(); i++) {
      Rounds rounds = run.rounds(i);
      String complaint = rounds == null ? String.valueOf(run.complaint()) : null;
      PairMeasurement answer =
          answer(group.get(i), rounds, run.p99Ns(i), complaint, rounds == null);
      answers.merge(group.get(i), answer, QuickRun::calmer);
    }
  }

  /** Tells the progress which pair of a JVM is measured, as its rounds come in. */
  private static final class Following {
    private final Progress progress;
    private final List<Pair> pairs;
    private int current;

    private Following(Progress progress, List<Pair> pairs) {
      this.progress = progress;
      this.pairs = pairs;
      progress.begin(pairs.getFirst().benchmark());
    }

    private void round(PairRun run, int number) {
      end(run, number);
      progress.iteration(pairs.get(number).benchmark());
    }

    /** All pairs before a number are over. */
    private void end(PairRun run, int number) {
      for (; current < number; current++) {
        Rounds rounds = run.rounds(current);
        progress.end(
            pairs.get(current).benchmark(),
            rounds == null ? "no figure" : Figures.number(rounds.ratio()) + " ×");
        if (current + 1 < pairs.size()) {
          progress.begin(pairs.get(current + 1).benchmark());
        }
      }
    }
  }

  /** The second answer, unless the first was better. */
  private static PairMeasurement calmer(PairMeasurement first, PairMeasurement second) {
    Rounds one = first.rounds();
    Rounds two = second.rounds();
    return one != null && (two == null || width(one) < width(two)) ? first : second;
  }

  private static double width(Rounds rounds) {
    return rounds.ratioSpread().relativeTo(rounds.ratio());
  }

  private static boolean isNoisy(@Nullable PairMeasurement answer) {
    Rounds rounds = answer == null ? null : answer.rounds();
    return rounds != null && rounds.isNoisy();
  }

  private static @Nullable String absence(Question question, BenchRegion region) {
    for (Case side : pair(question).sides()) {
      String absence = region.absence(side);
      if (absence != null) {
        return side.name() + ": " + absence;
      }
    }
    return null;
  }

  private static Pair pair(Question question) {
    return new Pair(
        Catalogue.named(question.benchmark()), null, Catalogue.named(question.baseline()));
  }

  private static PairMeasurement answer(
      Question question,
      @Nullable Rounds rounds,
      @Nullable Double p99Ns,
      @Nullable String note,
      boolean failed) {
    Pair pair = pair(question);
    return new PairMeasurement(
        question.id(),
        question.text(),
        question.beside(),
        pair.benchmark(),
        pair.baseline(),
        rounds,
        p99Ns,
        note,
        failed);
  }
}
