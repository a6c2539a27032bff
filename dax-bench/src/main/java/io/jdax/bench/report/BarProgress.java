package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Optional;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import me.tongfei.progressbar.ProgressState;

/** A bar with the time to go, which disappears when the run is over. */
final class BarProgress implements Progress {
  private static final int WIDEST = 120;

  private final ProgressBar bar;
  private final int stepsPerCase;
  private long endOfCase;

  BarProgress(PrintStream out, String task, int cases, int iterationsPerCase) {
    stepsPerCase = Math.max(1, iterationsPerCase);
    bar =
        new ProgressBarBuilder()
            .setTaskName(task)
            .setInitialMax((long) cases * stepsPerCase)
            .setUpdateIntervalMillis(200)
            .setStyle(ProgressBarStyle.UNICODE_BLOCK)
            .setConsumer(
                new ConsoleProgressBarConsumer(out, Math.min(WIDEST, Terminal.columns() - 1)))
            .clearDisplayOnFinish()
            .setEtaFunction(BarProgress::eta)
            .build();
  }

  private static Optional<Duration> eta(ProgressState state) {
    long done = state.getCurrent();
    return done == 0
        ? Optional.empty()
        : Optional.of(
            state.getElapsedAfterStart().multipliedBy(state.getMax() - done).dividedBy(done));
  }

  @Override
  public void begin(Case c) {
    endOfCase += stepsPerCase;
    bar.setExtraMessage(" " + c.name());
  }

  @Override
  public void iteration(Case c) {
    if (bar.getCurrent() < endOfCase - 1) {
      bar.step();
    }
  }

  @Override
  public void end(Case c, String outcome) {
    bar.stepTo(endOfCase);
  }

  @Override
  public void close() {
    bar.close();
  }
}
