package io.jdax.tools;

import java.math.BigDecimal;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.TypeConversionException;

/**
 * A number of bytes as people write it: {@code 4096}, {@code 64K}, {@code 512MiB}, {@code 1.5G},
 * {@code 1T}.
 */
record SizeBytes(long bytes) {
  private static final Pattern SYNTAX =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)\\s*([KMGT]?)(?:I?B)?");
  private static final String SUFFIXES = "KMGT";

  /** Reads a size. Units are powers of 1024, in upper or lower case. */
  static SizeBytes parse(String text) {
    Matcher matcher = SYNTAX.matcher(text.strip().toUpperCase(Locale.ROOT));
    if (!matcher.matches()) {
      throw new TypeConversionException(
          "'"
              + text
              + "' is not a size: write a number, and K, M, G or T after it for powers of 1024");
    }
    String suffix = matcher.group(2);
    int shift = suffix.isEmpty() ? 0 : 10 * (SUFFIXES.indexOf(suffix) + 1);
    BigDecimal bytes = new BigDecimal(matcher.group(1)).multiply(BigDecimal.valueOf(1L << shift));
    try {
      return new SizeBytes(positive(text, bytes.longValueExact()));
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is not a whole number of bytes below 2^63");
    }
  }

  private static long positive(String text, long bytes) {
    if (bytes == 0) {
      throw new TypeConversionException("'" + text + "' is not a size: it must be positive");
    }
    return bytes;
  }

  /** The exact size, such as {@code 512 MiB}, or {@code 5000 bytes} if no unit fits. */
  static String text(long bytes) {
    int unit = 0;
    long left = bytes;
    while (left != 0 && left % 1024 == 0 && unit < SUFFIXES.length()) {
      left /= 1024;
      unit++;
    }
    return unit == 0 ? left + " bytes" : left + " " + SUFFIXES.charAt(unit - 1) + "iB";
  }

  /** About the size, rounded to a tenth of a unit, such as {@code 1.5 GiB}. */
  static String about(long bytes) {
    int unit = 0;
    double left = bytes;
    while (left >= 1024 && unit < SUFFIXES.length()) {
      left /= 1024;
      unit++;
    }
    return unit == 0
        ? bytes + " B"
        : String.format(Locale.ROOT, "%.1f %siB", left, SUFFIXES.charAt(unit - 1))
            .replace(".0 ", " ");
  }
}
