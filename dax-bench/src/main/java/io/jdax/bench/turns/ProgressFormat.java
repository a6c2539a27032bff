package io.jdax.bench.turns;

import io.jdax.bench.report.Progress;
import io.jdax.bench.shape.Case;
import java.nio.charset.Charset;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.format.OutputFormat;

/**
 * Where JMH's talk goes: iterations move the progress on, and the rest is kept until something
 * fails.
 */
final class ProgressFormat implements OutputFormat {
  private static final int KEPT = 16_384;

  private final Progress progress;
  private final Case running;
  private final StringBuilder talk = new StringBuilder();

  ProgressFormat(Progress progress, Case running) {
    this.progress = progress;
    this.running = running;
  }

  /** The first line of the talk that looks like an exception, or the runner's own message. */
  String reason(Exception e) {
    String line =
        talk.toString()
            .lines()
            .map(String::strip)
            .filter(l -> l.matches("(Caused by: )?[\\w.$]+(Exception|Error)(: .*)?"))
            .reduce((first, second) -> second) // the innermost cause comes last
            .orElse(null);
    return line == null ? String.valueOf(e.getMessage()) : line;
  }

  @Override
  public void iterationResult(
      BenchmarkParams benchmark, IterationParams iteration, int number, IterationResult data) {
    progress.iteration(running);
  }

  @Override
  public void println(String line) {
    print(line + "\n");
  }

  @Override
  public void print(String text) {
    if (talk.length() < KEPT) {
      talk.append(text);
    }
  }

  @Override
  public void write(int b) {
    print(String.valueOf((char) b));
  }

  @Override
  public void write(byte[] bytes) {
    print(new String(bytes, Charset.defaultCharset()));
  }

  @Override
  public void verbosePrintln(String line) {}

  @Override
  public void iteration(BenchmarkParams benchmark, IterationParams iteration, int number) {}

  @Override
  public void startBenchmark(BenchmarkParams benchmark) {}

  @Override
  public void endBenchmark(@Nullable BenchmarkResult result) {}

  @Override
  public void startRun() {}

  @Override
  public void endRun(Collection<RunResult> results) {}

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
