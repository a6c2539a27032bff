package io.jdax.bench.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is different between two runs beyond noise. A row has changed when its spreads in the two
 * runs have nothing in common: those of the ratios if its sides were measured in turns, so that a
 * machine that is slower today is no change, or else those of the nanoseconds.
 */
public final class Comparison {
  private final ResultsFile before;
  private final ResultsFile after;
  private final List<Change> changes = new ArrayList<>();
  private final List<String> unsure = new ArrayList<>();
  private int same;

  /** A row whose spreads are apart. */
  private record Change(Result before, Result after, double factor) {
    boolean isSlower() {
      return factor > 1;
    }
  }

  public Comparison(ResultsFile before, ResultsFile after) {
    this.before = before;
    this.after = after;
    Map<String, Result> old = byId(before);
    for (Result row : after.rows()) {
      Result was = old.get(row.id());
      if (was != null) {
        compare(was, row);
      }
    }
  }

  /** Whether a row has become slower beyond noise. */
  public boolean hasSlower() {
    return changes.stream().anyMatch(Change::isSlower);
  }

  private static Map<String, Result> byId(ResultsFile file) {
    Map<String, Result> rows = new LinkedHashMap<>();
    file.rows().forEach(row -> rows.put(row.id(), row));
    return rows;
  }

  private void compare(Result was, Result is) {
    Spread spreadBefore = was.spread();
    Spread spreadAfter = is.spread();
    Double valueBefore = value(was, is);
    Double valueAfter = value(is, was);
    if (spreadBefore == null
        || spreadAfter == null
        || valueBefore == null
        || valueAfter == null
        || (was.ratioLow() == null) != (is.ratioLow() == null)) {
      unsure.add(is.id());
    } else if (spreadBefore.isApartFrom(spreadAfter)) {
      changes.add(new Change(was, is, valueAfter / valueBefore));
    } else {
      same++;
    }
  }

  private static @Nullable Double value(Result row, Result other) {
    return row.ratioLow() != null && other.ratioLow() != null ? row.ratio() : row.nsPerOp();
  }

  /** A table of what has changed, and a line for each other thing that there is to know. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (String difference : before.run().differencesTo(after.run())) {
      text.append(difference).append('\n');
    }
    if (!changes.isEmpty()) {
      text.append('\n').append(table()).append('\n');
    }
    text.append(
        String.format(
            Locale.ROOT,
            "%s slower, %s faster, %s within noise%n",
            changes.stream().filter(Change::isSlower).count(),
            changes.stream().filter(c -> !c.isSlower()).count(),
            same));
    named(text, "without figures in one of the two", unsure);
    named(text, "only in the first", onlyIn(before, after));
    named(text, "only in the second", onlyIn(after, before));
    return text.toString();
  }

  private Columns table() {
    Columns columns = new Columns("lrrrrrrl");
    columns.add("", "ns before", "ns now", "before", "10 to 90 %", "now", "10 to 90 %", "");
    for (Change change : changes) {
      columns.add(
          change.after().id(),
          number(change.before().nsPerOp()),
          number(change.after().nsPerOp()),
          number(value(change.before(), change.after())),
          String.valueOf(change.before().spread()),
          number(value(change.after(), change.before())),
          String.valueOf(change.after().spread()),
          change.isSlower()
              ? Figures.number(change.factor()) + " times as long: slower"
              : Figures.number(1 / change.factor()) + " times as fast: faster");
    }
    return columns;
  }

  private static void named(StringBuilder text, String what, List<String> ids) {
    if (!ids.isEmpty()) {
      text.append(what).append(": ").append(String.join(", ", ids)).append('\n');
    }
  }

  private static List<String> onlyIn(ResultsFile one, ResultsFile other) {
    Map<String, Result> others = byId(other);
    return byId(one).keySet().stream().filter(id -> !others.containsKey(id)).toList();
  }

  private static String number(@Nullable Double value) {
    return value == null ? "" : Figures.number(value);
  }
}
