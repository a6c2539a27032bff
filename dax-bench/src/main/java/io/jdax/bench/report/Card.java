package io.jdax.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Question}, on top of the report.
 *
 * @param text the work that was asked about
 * @param nsPerOp what it takes
 * @param beside the work that it is compared with
 * @param baselineNs what that takes
 * @param ratio of the two
 * @param spread of the ratio, and whether it is noisy; empty if the sides were not measured in
 *     turns
 */
record Card(
    String text, double nsPerOp, String beside, double baselineNs, double ratio, String spread) {
  private static final double EQUAL = 0.05;

  /** Of pairs that were measured. */
  static List<Card> ofPairs(List<PairMeasurement> measured) {
    List<Card> cards = new ArrayList<>();
    for (PairMeasurement m : measured) {
      Rounds r = m.rounds();
      if (r != null) {
        cards.add(
            new Card(
                m.text(),
                r.nsPerOp(),
                m.beside(),
                r.baselineNs(),
                r.ratio(),
                r.ratioSpread() + (r.isNoisy() ? ", " + PairMeasurement.NOISY : "")));
      }
    }
    return cards;
  }

  /** The questions that rows of JMH answer. */
  static List<Card> ofRows(List<Measurement> measured, List<Question> questions) {
    List<Card> cards = new ArrayList<>();
    for (Question q : questions) {
      Double ns = nanos(measured, q.benchmark());
      Double baselineNs = nanos(measured, q.baseline());
      if (ns != null && baselineNs != null) {
        cards.add(new Card(q.text(), ns, q.beside(), baselineNs, ns / baselineNs, ""));
      }
    }
    return cards;
  }

  private static @Nullable Double nanos(List<Measurement> measured, String id) {
    for (Measurement m : measured) {
      if (m.of().id().equals(id)) {
        return m.nsPerOp();
      }
    }
    return null;
  }

  /** {@code 5.4 × as fast as}, {@code 1.5 × as long as}, or {@code as fast as}. */
  String verdict() {
    if (Math.abs(ratio - 1) < EQUAL) {
      return "as fast as";
    }
    return ratio < 1
        ? Figures.number(1 / ratio) + " × as fast as"
        : Figures.number(ratio) + " × as long as";
  }

  String html() {
    String[] time = Figures.time(nsPerOp).split(" ");
    return "<div class=\"card\"><h3>"
        + Html.text(text)
        + "</h3><p class=\"big\">"
        + time[0]
        + "<small> "
        + time[1]
        + "</small></p><p><b>"
        + verdict()
        + "</b> "
        + Html.text(beside)
        + ", "
        + Figures.time(baselineNs)
        + (spread.isEmpty() ? "" : "<br>ratio " + Figures.number(ratio) + ", " + spread)
        + "</p></div>\n";
  }
}
