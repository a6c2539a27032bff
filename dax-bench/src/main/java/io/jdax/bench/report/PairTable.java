package io.jdax.bench.report;

import java.util.List;

/** The table of pairs on the terminal: a line per pair, and what its columns are. */
public final class PairTable {
  private final List<PairMeasurement> measured;

  public PairTable(List<PairMeasurement> measured) {
    this.measured = measured;
  }

  @Override
  public String toString() {
    Columns columns = new Columns("lrrrlrrrl");
    columns.add("", "median", "10 to 90 %", "99 %", "beside", "median", "ratio", "10 to 90 %", "");
    for (PairMeasurement m : measured) {
      Rounds rounds = m.rounds();
      String note = m.note() == null ? "" : m.note();
      if (rounds == null) {
        columns.add(m.text(), "", "", "", m.beside(), "", "", "", note);
        continue;
      }
      Double p99 = m.p99Ns();
      columns.add(
          m.text(),
          Figures.time(rounds.nsPerOp()),
          Figures.times(rounds.nsSpread()),
          p99 == null ? "" : Figures.time(p99),
          m.beside(),
          Figures.time(rounds.baselineNs()),
          Figures.number(rounds.ratio()) + " ×",
          rounds.ratioSpread().toString(),
          rounds.isNoisy() ? PairMeasurement.NOISY : "");
    }
    return "\n" + columns + "\n" + LEGEND;
  }

  /** What the figures are, for whoever reads them. */
  static final String LEGEND =
      """
      The two sides of a line were measured in turns in one JVM, when neither got faster any more.
      Medians are of the calmer half of the rounds, spreads (10 to 90 %) of all of them. The ratio
      is the median of the ratios within a round. 99 % is of single operations, with some 40 ns for
      the clock. A line whose ratios spread by more than half of their median was measured again;
      if they still do, it is noisy.
      """;
}
