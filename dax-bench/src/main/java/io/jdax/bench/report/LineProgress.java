package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import java.io.PrintStream;
import java.util.Locale;

/** One line per case, for logs. */
final class LineProgress implements Progress {
  private final PrintStream out;
  private final int cases;
  private int done;

  LineProgress(PrintStream out, int cases) {
    this.out = out;
    this.cases = cases;
  }

  @Override
  public void begin(Case c) {}

  @Override
  public void iteration(Case c) {}

  @Override
  public void end(Case c, String outcome) {
    done++;
    int digits = Integer.toString(cases).length();
    out.printf(Locale.ROOT, "[%" + digits + "d/%d] %s: %s%n", done, cases, c.id(), outcome);
  }

  @Override
  public void close() {}
}
