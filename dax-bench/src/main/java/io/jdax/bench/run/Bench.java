package io.jdax.bench.run;

import io.jdax.bench.bed.TestBed;
import io.jdax.bench.report.Latency;
import io.jdax.bench.report.Measurement;
import io.jdax.bench.report.Progress;
import io.jdax.bench.report.Report;
import io.jdax.bench.report.Result;
import io.jdax.bench.report.ResultTable;
import io.jdax.bench.report.ResultsFile;
import io.jdax.bench.report.RunFacts;
import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Catalogue;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.turns.Effort;
import io.jdax.bench.turns.JmhRun;
import io.jdax.bench.turns.LatencyRun;
import io.jdax.bench.turns.SingleOperation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Runs benchmarks and tells of them: progress, a table, {@code results.json} and {@code
 * report.html}.
 */
public final class Bench {
  private static final List<SingleOperation> SAMPLED =
      List.of(
          SingleOperation.STORE,
          SingleOperation.COPY,
          SingleOperation.BLOCK,
          SingleOperation.CHANNEL);

  private final BenchOptions options;
  private final PrintStream out;
  private final PrintStream err;
  private @Nullable Bookkeeping bookkeeping;

  /**
   * @param out for the table
   * @param err for the progress
   */
  public Bench(BenchOptions options, PrintStream out, PrintStream err) {
    this.options = options;
    this.out = out;
    this.err = err;
  }

  /**
   * Measures.
   *
   * @return whether every benchmark that could be measured here gave a figure
   * @throws BenchInputException nothing matches the filter, a peer that is required is not
   *     installed, or the region can't be measured on
   * @throws IOException the region can't be used, or the report not written
   */
  public boolean run() throws IOException {
    List<Case> cases = selected();
    try (BenchRegion region = BenchRegion.prepare(options)) {
      String before = System.getProperty(TestBed.PROPERTY);
      System.setProperty(TestBed.PROPERTY, region.path().toString()); // for runs in this JVM
      try {
        return run(cases, region);
      } finally {
        if (before == null) {
          System.clearProperty(TestBed.PROPERTY);
        } else {
          System.setProperty(TestBed.PROPERTY, before);
        }
      }
    }
  }

  private boolean run(List<Case> cases, BenchRegion region) throws IOException {
    region.requirePeers(options, cases);
    prepareOut();
    RunFacts facts = MachineFacts.run("rows", region);
    err.println(region.intent(cases.size() + " rows"));
    List<Measurement> measured = measure(cases, region);
    bookkeeping = measuresFaults(measured) ? Bookkeeping.measure(region.path()) : null;
    ResultsFile results = new ResultsFile(facts, results(measured));
    out.print(options.json() ? results.json() : new ResultTable(measured));
    if (bookkeeping != null && !options.json()) {
      out.println("Bookkeeping: " + bookkeeping.sentence() + "\n");
    }
    write(measured, results, region);
    long failed = measured.stream().filter(Measurement::failed).count();
    if (failed > 0) {
      err.println("jdax bench: " + failed + " of " + measured.size() + " gave no figure");
    }
    return failed == 0;
  }

  private List<Case> selected() throws BenchInputException {
    List<Case> cases =
        Catalogue.all().stream()
            .filter(
                c ->
                    options.filter() == null
                        ? options.effort().hasTimeFor(c)
                        : options.filter().matcher(c.id()).find())
            .filter(c -> !Boolean.FALSE.equals(options.peers()) || !c.by().isNative())
            .toList();
    if (cases.isEmpty()) {
      throw new BenchInputException(
          "no benchmark matches "
              + options.filter()
              + "; it is looked for in names such as "
              + Catalogue.all().getFirst().id());
    }
    return cases;
  }

  private void prepareOut() throws IOException {
    Path folder = options.out();
    if (folder != null) {
      Files.createDirectories(folder); // now, not after minutes of measuring
    }
  }

  private List<Measurement> measure(List<Case> cases, BenchRegion region) throws IOException {
    List<Measurement> measured = new ArrayList<>();
    Effort effort = options.effort();
    int iterations = effort.iterationsOfCase();
    try (Progress progress = Progress.on(err, "bench", cases.size(), iterations)) {
      JmhRun jmh = new JmhRun(region.path(), effort, progress);
      for (Case c : cases) {
        progress.begin(c);
        String absence =
            effort.isShort() && c.slowToPrepare()
                ? "left out: takes too long to prepare for a short run"
                : region.absence(c);
        Measurement measurement = absence == null ? jmh.measure(c) : Measurement.absent(c, absence);
        measured.add(measurement);
        progress.end(c, ResultTable.figure(measurement));
      }
    } finally {
      TestBed.release();
    }
    return measured;
  }

  private static List<Result> results(List<Measurement> measured) {
    return measured.stream().map(m -> Result.of(m, measured)).toList();
  }

  private Map<String, String> facts(BenchRegion region) {
    Map<String, String> facts = MachineFacts.of(region);
    if (bookkeeping != null) {
      facts.put("Bookkeeping", bookkeeping.sentence());
    }
    return facts;
  }

  private static boolean measuresFaults(List<Measurement> measured) {
    return measured.stream().anyMatch(m -> m.of().group().equals("fault") && m.nsPerOp() != null);
  }

  private void write(List<Measurement> measured, ResultsFile results, BenchRegion region)
      throws IOException {
    Path folder = options.out();
    if (folder == null) {
      return;
    }
    results.write(folder.resolve("results.json"));
    List<Latency> latencies = latencies(region);
    Path report = folder.resolve("report.html");
    Files.writeString(report, Report.ofRows(measured, latencies, facts(region)).html());
    (options.json() ? err : out).println("Report: " + report.toAbsolutePath().normalize());
  }

  private List<Latency> latencies(BenchRegion region) throws IOException {
    List<SingleOperation> operations =
        SAMPLED.stream()
            .filter(
                o -> o != SingleOperation.CHANNEL || Peer.CHANNEL.absence(region.kind()) == null)
            .toList();
    try {
      return LatencyRun.sample(operations, options.effort().latencyMillis());
    } finally {
      TestBed.release();
    }
  }
}
