package io.jdax.bench.report;

import io.jdax.bench.shape.Case;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;

/** Numbers for people: three digits that mean something. */
public final class Figures {
  private static final MathContext ONE_DIGIT = new MathContext(1);

  private Figures() {}

  /** {@code 0.31}, {@code 12.4}, {@code 163}, {@code 25,100}. */
  public static String number(double value) {
    double size = Math.abs(value);
    if (size >= 999.5) {
      return String.format(Locale.ROOT, "%,.0f", value);
    }
    return String.format(
        Locale.ROOT, size >= 99.95 ? "%.0f" : size >= 9.995 ? "%.1f" : "%.2f", value);
  }

  /** A time of nanoseconds with its unit: {@code 163 ns}, {@code 1.33 µs}, {@code 28.1 ms}. */
  public static String time(double nanos) {
    Unit unit = Unit.of(nanos);
    return number(nanos / unit.nanos) + " " + unit.name;
  }

  /** Two times of one unit, that of the lower: {@code 158 to 171 ns}. */
  static String times(Spread nanos) {
    Unit unit = Unit.of(nanos.low());
    return new Spread(nanos.low() / unit.nanos, nanos.high() / unit.nanos) + " " + unit.name;
  }

  private enum Unit {
    NANO("ns", 1),
    MICRO("µs", 1e3),
    MILLI("ms", 1e6),
    SECOND("s", 1e9);

    private final String name;
    private final double nanos;

    Unit(String name, double nanos) {
      this.name = name;
      this.nanos = nanos;
    }

    /** The one in which a time has at most three digits before the point. */
    static Unit of(double nanos) {
      Unit unit = NANO;
      for (Unit larger : values()) {
        unit = Math.abs(nanos) >= 999.5 * larger.nanos / 1e3 ? larger : unit;
      }
      return unit;
    }
  }

  /** A power of ten of nanoseconds: {@code 0.1 ns}, {@code 10 µs}, {@code 1 s}. */
  static String decade(double nanos) {
    String[] units = {"ns", "µs", "ms", "s"};
    int unit = 0;
    double left = nanos;
    while (left > 999 && unit < units.length - 1) {
      left /= 1000;
      unit++;
    }
    return BigDecimal.valueOf(left).round(ONE_DIGIT).toPlainString() + " " + units[unit];
  }

  /** {@code 4 KiB}. */
  public static String bytes(long bytes) {
    String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
    int unit = 0;
    long left = bytes;
    while (left >= 1024 && left % 1024 == 0 && unit < units.length - 1) {
      left /= 1024;
      unit++;
    }
    return left + " " + units[unit];
  }

  /**
   * What distinguishes the work of cases under one heading: {@code 64 B, random}, {@code 4 KiB, 2
   * threads}.
   */
  static String work(Case c) {
    StringBuilder work = new StringBuilder();
    c.params()
        .forEach(
            (key, value) -> {
              work.append(work.isEmpty() ? "" : ", ");
              switch (key) {
                case "bytes" -> work.append(bytes(Long.parseLong(value)));
                case "order" -> work.append(value.equals("same") ? "same line" : value);
                case "layout" ->
                    work.append(value.equals("4KiB") ? "pieces of 4 KiB" : "extents of 2 MiB");
                case "mappings", "extents" ->
                    work.append(String.format(Locale.ROOT, "%,d ", Long.parseLong(value)))
                        .append(value.equals("1") ? key.substring(0, key.length() - 1) : key);
                default -> work.append(key).append(' ').append(value);
              }
            });
    if (c.threads() > 1) {
      work.append(work.isEmpty() ? "" : ", ").append(c.threads()).append(" threads");
    }
    return work.toString();
  }
}
