package io.jdax.bench.report;

import java.util.List;

/** The table of pairs in the report: see {@link PairTable}. */
final class PairRows {
  private PairRows() {}

  static String html(List<PairMeasurement> measured) {
    StringBuilder html = new StringBuilder();
    html.append("<section>\n<h2>Beside what one would use otherwise</h2>\n<p>")
        .append(Html.text(PairTable.LEGEND))
        .append(
            "</p>\n<table class=\"pairs\">\n<thead><tr><th></th><th>median</th><th>10 to 90 %</th>")
        .append("<th>99 %</th><th class=\"l\">beside</th><th>median</th><th>ratio</th>")
        .append("<th>10 to 90 %</th></tr></thead>\n");
    measured.forEach(m -> html.append(row(m)));
    return html.append("</table>\n</section>\n").toString();
  }

  private static String row(PairMeasurement m) {
    Rounds r = m.rounds();
    if (r == null) {
      return "<tr>"
          + Html.cell("l wrap", m.text())
          + "<td colspan=\"7\" class=\"l note\">"
          + Html.text(String.valueOf(m.note()))
          + "</td></tr>\n";
    }
    Double p99 = m.p99Ns();
    return "<tr>"
        + Html.cell("l wrap", m.text())
        + Html.cell("own", Figures.time(r.nsPerOp()))
        + Html.cell("soft", Figures.times(r.nsSpread()))
        + Html.cell("", p99 == null ? "" : Figures.time(p99))
        + Html.cell("l beside", m.beside())
        + Html.cell("", Figures.time(r.baselineNs()))
        + Html.cell("own", Figures.number(r.ratio()))
        + Html.cell("soft", r.ratioSpread() + (r.isNoisy() ? ", noisy" : ""))
        + "</tr>\n";
  }
}
