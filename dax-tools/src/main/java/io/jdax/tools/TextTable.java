package io.jdax.tools;

import java.util.ArrayList;
import java.util.List;

/** Rows with their columns below each other, two blanks between them. */
final class TextTable {
  private final String alignments;
  private final int[] widths;
  private final List<Object[]> rows = new ArrayList<>();

  /**
   * @param alignments a letter per column: {@code l} or {@code r}
   */
  TextTable(String alignments) {
    this.alignments = alignments;
    this.widths = new int[alignments.length()];
  }

  /** A cell per column. */
  TextTable row(Object... cells) {
    fit(cells);
    rows.add(cells);
    return this;
  }

  /** Makes the columns wide enough for a row that {@link #line} is to print. */
  void fit(Object... cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells[i].toString().length());
    }
  }

  /** One line per row, without a line end behind the last. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Object[] row : rows) {
      text.append(text.isEmpty() ? "" : System.lineSeparator()).append(line(row));
    }
    return text.toString();
  }

  /** A row; the last cell may be wider than its column. */
  String line(Object... cells) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells[i].toString();
      String blanks = " ".repeat(Math.max(0, widths[i] - cell.length()));
      line.append(i == 0 ? "" : "  ")
          .append(alignments.charAt(i) == 'r' ? blanks + cell : cell + blanks);
    }
    return line.toString().stripTrailing();
  }
}
