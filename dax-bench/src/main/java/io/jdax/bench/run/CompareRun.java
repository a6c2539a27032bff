package io.jdax.bench.run;

import io.jdax.bench.report.Comparison;
import io.jdax.bench.report.ResultsFile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;

/** Tells what is different between two runs beyond noise; measures nothing. */
public final class CompareRun {
  private final Path before;
  private final Path after;
  private final PrintStream out;

  /**
   * @param before what {@code --json} has printed, or a {@code results.json}
   * @param after another
   */
  public CompareRun(Path before, Path after, PrintStream out) {
    this.before = before;
    this.after = after;
    this.out = out;
  }

  /**
   * Prints what has changed.
   *
   * @return whether no row has become slower beyond noise
   * @throws BenchInputException a file can't be read, or is something else
   */
  public boolean run() throws BenchInputException {
    Comparison comparison = new Comparison(read(before), read(after));
    out.print(comparison);
    return !comparison.hasSlower();
  }

  private static ResultsFile read(Path file) throws BenchInputException {
    try {
      return ResultsFile.read(file);
    } catch (IOException e) {
      throw new BenchInputException(String.valueOf(e.getMessage()));
    }
  }
}
