package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import java.io.PrintStream;

/** How a person sees that a run is under way. */
public interface Progress extends AutoCloseable {
  /** A case begins. */
  void begin(Case c);

  /** An iteration of it is over. */
  void iteration(Case c);

  /** It is over; {@code outcome} is its figure or what stands in its place. */
  void end(Case c, String outcome);

  @Override
  void close();

  /** A bar where {@code out} is a terminal, a line per case elsewhere. */
  static Progress on(PrintStream out, String task, int cases, int iterationsPerCase) {
    return Terminal.isTerminal()
        ? new BarProgress(out, task, cases, iterationsPerCase)
        : new LineProgress(out, cases);
  }

  /** Says nothing. */
  static Progress none() {
    return new Progress() {
      @Override
      public void begin(Case c) {}

      @Override
      public void iteration(Case c) {}

      @Override
      public void end(Case c, String outcome) {}

      @Override
      public void close() {}
    };
  }
}
