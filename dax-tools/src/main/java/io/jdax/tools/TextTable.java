package io.jdax.tools;

import java.util.ArrayList;
import java.util.List;

/** Rows with aligned columns, and two blanks between them. */
final class TextTable {
  private final String alignments;
  private final int[] widths;
  private final List<Object[]> rows = new ArrayList<>();

  /**
   * @param alignments a letter for each column, {@code l} for left or {@code r} for right
   */
  TextTable(String alignments) {
    this.alignments = alignments;
    this.widths = new int[alignments.length()];
  }

  /** Adds a row with a cell for each column. */
  TextTable row(Object... cells) {
    fit(cells);
    rows.add(cells);
    return this;
  }

  /** Makes the columns wide enough for a row that {@link #line} will print. */
  void fit(Object... cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], cells[i].toString().length());
    }
  }

  /** One line for each row, without a line end after the last. */
  String text() {
    StringBuilder text = new StringBuilder();
    for (Object[] row : rows) {
      text.append(text.isEmpty() ? "" : System.lineSeparator()).append(line(row));
    }
    return text.toString();
  }

  /** One row. The last cell may be wider than its column. */
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
