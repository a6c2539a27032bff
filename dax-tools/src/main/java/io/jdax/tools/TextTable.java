package io.jdax.tools;

import java.util.ArrayList;
import java.util.List;

/** Rows with their columns below each other, two blanks between them. */
final class TextTable {
  private final String alignments;
  private final List<String[]> rows = new ArrayList<>();

  /**
   * @param alignments a letter per column: {@code l} or {@code r}
   */
  TextTable(String alignments) {
    this.alignments = alignments;
  }

  /** A cell per column. */
  TextTable row(Object... cells) {
    String[] row = new String[alignments.length()];
    for (int i = 0; i < row.length; i++) {
      row[i] = cells[i].toString();
    }
    rows.add(row);
    return this;
  }

  /** One line per row, without a line end behind the last. */
  String text() {
    int[] widths = new int[alignments.length()];
    for (String[] row : rows) {
      for (int i = 0; i < row.length; i++) {
        widths[i] = Math.max(widths[i], row[i].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] row : rows) {
      text.append(text.isEmpty() ? "" : System.lineSeparator()).append(line(row, widths));
    }
    return text.toString();
  }

  private String line(String[] row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String blanks = " ".repeat(widths[i] - row[i].length());
      line.append(i == 0 ? "" : "  ")
          .append(alignments.charAt(i) == 'r' ? blanks + row[i] : row[i] + blanks);
    }
    return line.toString().stripTrailing();
  }
}
