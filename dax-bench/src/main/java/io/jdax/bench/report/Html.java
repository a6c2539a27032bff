package io.jdax.bench.report;

/** Text as HTML wants it. */
final class Html {
  private Html() {}

  /** Without any character that means something else there. */
  static String text(String raw) {
    return raw.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  /** A cell of a table, of a class if that is not empty. */
  static String cell(String style, String value) {
    return (style.isEmpty() ? "<td>" : "<td class=\"" + style + "\">") + text(value) + "</td>";
  }
}
