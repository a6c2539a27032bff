package io.jdax.bench.report;

import io.jdax.bench.shape.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * {@code report.html}: one file that needs nothing else, with pictures where this machine can draw.
 */
public final class Report {
  private static final String STYLE = "report.css";

  private final List<Card> cards;
  private final List<PairMeasurement> pairs;
  private final List<Measurement> measured;
  private final List<Latency> latencies;
  private final Map<String, String> machine;
  private final Charts charts;
  private final StringBuilder html = new StringBuilder();
  private @Nullable String chartless;

  /** Of rows of JMH. */
  public static Report ofRows(
      List<Measurement> measured, List<Latency> latencies, Map<String, String> machine) {
    return ofRows(measured, latencies, machine, new XCharts());
  }

  static Report ofRows(
      List<Measurement> measured,
      List<Latency> latencies,
      Map<String, String> machine,
      Charts charts) {
    List<Card> cards = Card.ofRows(measured, Question.all());
    return new Report(cards, List.of(), measured, latencies, machine, charts);
  }

  /** Of pairs that were measured in turns. */
  public static Report ofPairs(List<PairMeasurement> pairs, Map<String, String> machine) {
    List<Card> cards = Card.ofPairs(pairs);
    return new Report(cards, pairs, List.of(), List.of(), machine, new XCharts());
  }

  private Report(
      List<Card> cards,
      List<PairMeasurement> pairs,
      List<Measurement> measured,
      List<Latency> latencies,
      Map<String, String> machine,
      Charts charts) {
    this.cards = cards;
    this.pairs = pairs;
    this.measured = measured;
    this.latencies = latencies;
    this.machine = machine;
    this.charts = charts;
  }

  public String html() {
    html.setLength(0);
    html.append("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<title>jdax benchmarks</title>\n<style>\n")
        .append(style())
        .append("</style>\n</head>\n<body>\n<header>\n<h1>jdax benchmarks</h1>\n");
    html.append(
            "<p>What durable memory costs on this machine, beside what one would use otherwise. ")
        .append(
            "Ratios are within this run; the absolute figures belong to the machine below.</p>\n");
    html.append("</header>\n");
    html.append("<section class=\"cards\">\n");
    cards.forEach(card -> html.append(card.html()));
    html.append("</section>\n");
    if (!pairs.isEmpty()) {
      html.append(PairRows.html(pairs));
    }
    Map<String, List<Measurement>> shapes = new LinkedHashMap<>();
    for (Measurement m : measured) {
      shapes.computeIfAbsent(m.of().title(), t -> new ArrayList<>()).add(m);
    }
    shapes.forEach(this::shape);
    latencies();
    machine();
    html.append("</body>\n</html>\n");
    return html.toString();
  }

  private void shape(String title, List<Measurement> rows) {
    html.append("<section>\n<h2>").append(Html.text(title)).append("</h2>\n");
    if (rows.stream().anyMatch(m -> m.nsPerOp() != null)) {
      chart(
          title + ", nanoseconds per operation, logarithmic",
          () -> charts.bars(rows),
          Palette.ofBars(rows));
    }
    html.append(
        "<table>\n<thead><tr><th></th><th>ns/op</th><th>10 to 90 %</th><th>MB/s</th>"
            + "<th class=\"l\">ratio to</th></tr></thead>\n");
    String work = "";
    for (Measurement m : rows) {
      String here = Figures.work(m.of());
      if (!here.equals(work)) {
        work = here;
        html.append("<tr class=\"work\"><th colspan=\"5\">")
            .append(Html.text(work))
            .append("</th></tr>\n");
      }
      row(m);
    }
    html.append("</table>\n</section>\n");
  }

  private void row(Measurement m) {
    Result r = Result.of(m, measured);
    html.append(m.of().by() == Peer.JDAX ? "<tr class=\"own\">" : "<tr>");
    cell("l", r.name());
    if (m.note() != null) {
      html.append("<td colspan=\"4\" class=\"l note\">")
          .append(Html.text(m.note()))
          .append("</td>");
    } else {
      cell("", number(r.nsPerOp()));
      cell("soft", spread(m));
      cell("", number(r.mbPerSecond()));
      cell("l", ResultTable.ratio(r));
    }
    html.append("</tr>\n");
  }

  private void latencies() {
    if (latencies.isEmpty()) {
      return;
    }
    html.append("<section>\n<h2>Latency of single operations</h2>\n<p>One thread, random offsets, ")
        .append("nanoseconds from one return to the next; some 40 of them are the clock.</p>\n");
    chart(
        "Latency percentiles, logarithmic",
        () -> charts.percentiles(latencies),
        Palette.ofCurves(latencies));
    html.append(
        "<table>\n<thead><tr><th></th><th>50 %</th><th>90 %</th><th>99 %</th><th>99.9 %</th>"
            + "<th>99.99 %</th><th>max</th></tr></thead>\n");
    for (Latency latency : latencies) {
      Histogram h = latency.histogram();
      html.append("<tr>");
      cell("l", latency.name());
      for (double percentile : new double[] {50, 90, 99, 99.9, 99.99, 100}) {
        cell("", Figures.number((double) h.getValueAtPercentile(percentile)));
      }
      html.append("</tr>\n");
    }
    html.append("</table>\n</section>\n");
  }

  private void machine() {
    html.append("<section>\n<h2>Machine</h2>\n<dl>\n");
    machine.forEach(
        (name, value) ->
            html.append("<dt>")
                .append(Html.text(name))
                .append("</dt><dd>")
                .append(Html.text(value))
                .append("</dd>\n"));
    html.append("</dl>\n</section>\n");
  }

  private interface Drawing {
    String uri() throws Charts.ChartException;
  }

  /** Once a chart could not be drawn, the others are not tried: it is said once. */
  private void chart(String alt, Drawing drawing, Map<String, Integer> legend) {
    if (chartless != null) {
      return;
    }
    try {
      String uri = drawing.uri();
      html.append("<img alt=\"")
          .append(Html.text(alt))
          .append("\" src=\"")
          .append(uri)
          .append("\">\n");
      html.append("<p class=\"legend\">");
      legend.forEach(
          (name, rgb) ->
              html.append("<span><i style=\"background:#%06x\"></i>".formatted(rgb))
                  .append(Html.text(name))
                  .append("</span> "));
      html.append("</p>\n");
    } catch (Charts.ChartException e) {
      chartless = e.getMessage();
      html.append("<p class=\"note\">The charts are left out: drawing them needs a font, and this ")
          .append("machine has none that Java can use (")
          .append(Html.text(String.valueOf(chartless)))
          .append("). On Debian: apt-get install fontconfig fonts-dejavu-core</p>\n");
    }
  }

  private void cell(String style, String value) {
    html.append(Html.cell(style, value));
  }

  private static String spread(Measurement m) {
    return m.spread() == null ? "" : m.spread().toString();
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : Figures.number(value);
  }

  private static String style() {
    try (InputStream in = Objects.requireNonNull(Report.class.getResourceAsStream(STYLE))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(STYLE + " can't be read", e);
    }
  }
}
