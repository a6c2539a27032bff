package io.jdax.bench.report;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The table on the terminal: a heading per shape, a line per kind of work, a row per way to do it.
 */
public final class ResultTable {
  private static final String[] HEADINGS = {"", "ns/op", "10 to 90 %", "MB/s", "ratio to"};

  private final List<Measurement> measured;

  public ResultTable(List<Measurement> measured) {
    this.measured = measured;
  }

  /** A line of cells, or with one cell a heading. */
  private record Line(boolean heading, List<String> cells) {}

  @Override
  public String toString() {
    List<Line> lines = lines();
    int[] widths = new int[HEADINGS.length];
    for (Line line : lines) {
      for (int i = 0; i < line.cells().size() && !line.heading(); i++) {
        widths[i] = Math.max(widths[i], line.cells().get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (Line line : lines) {
      text.append(line.heading() ? line.cells().getFirst() : row(line.cells(), widths))
          .append('\n');
    }
    return text.toString();
  }

  private List<Line> lines() {
    List<Line> lines = new ArrayList<>();
    String title = "";
    String work = "";
    for (Measurement m : measured) {
      if (!m.of().title().equals(title)) {
        title = m.of().title();
        work = "";
        lines.add(new Line(true, List.of("")));
        List<String> headings = new ArrayList<>(List.of(HEADINGS));
        headings.set(0, title);
        lines.add(new Line(false, headings));
      }
      String here = Figures.work(m.of());
      if (!here.equals(work)) {
        work = here;
        lines.add(new Line(true, List.of("  " + work)));
      }
      lines.add(new Line(false, cells(m)));
    }
    lines.add(new Line(true, List.of("")));
    return lines;
  }

  private List<String> cells(Measurement m) {
    Result r = Result.of(m, measured);
    String name = "    " + r.name();
    if (m.note() != null) {
      return List.of(name, "", "", "", m.note());
    }
    return List.of(
        name,
        number(r.nsPerOp()),
        m.spread() == null ? "" : m.spread().toString(),
        number(r.mbPerSecond()),
        ratio(r));
  }

  /** {@code 1.02 × C store+flush+fence}. */
  static String ratio(Result r) {
    return r.ratio() == null ? "" : Figures.number(r.ratio()) + " × " + r.baseline();
  }

  /** One measurement in a few words, for a log. */
  public static String figure(Measurement m) {
    if (m.note() != null) {
      return m.note();
    }
    return number(m.nsPerOp()) + " ns/op" + (m.spread() == null ? "" : ", " + m.spread());
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : Figures.number(value);
  }

  private static String row(List<String> cells, int[] widths) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < cells.size(); i++) {
      String cell = cells.get(i);
      String space = " ".repeat(Math.max(0, widths[i] - cell.length()));
      boolean left = i == 0 || i == cells.size() - 1;
      row.append(left ? cell + space : space + cell).append("  ");
    }
    return row.toString().stripTrailing();
  }
}
