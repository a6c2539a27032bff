package io.jdax.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lines of cells, each column as wide as its widest cell. */
public final class Columns {
  private final String alignments;
  private final List<List<String>> lines = new ArrayList<>();

  /**
   * @param alignments a letter for each column, {@code l} for left or {@code r} for right
   */
  public Columns(String alignments) {
    this.alignments = alignments;
  }

  /** Adds a line with a cell for each column. */
  public void add(String... cells) {
    lines.add(List.of(cells));
  }

  /** Each line ends with a line feed. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      StringBuilder row = new StringBuilder();
      for (int i = 0; i < line.size(); i++) {
        String sign = alignments.charAt(i) == 'l' ? "-" : "";
        String format = "%" + sign + Math.max(1, width(i)) + "s";
        row.append(i == 0 ? "" : "  ").append(String.format(Locale.ROOT, format, line.get(i)));
      }
      text.append(row.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private int width(int column) {
    return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
  }
}
