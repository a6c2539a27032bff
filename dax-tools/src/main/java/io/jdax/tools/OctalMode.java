package io.jdax.tools;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Permissions as in chmod(1): {@code 600}, {@code 0640}. */
final class OctalMode implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    if (!text.matches("0?[0-7]{3}")) {
      throw new TypeConversionException(
          "'%s' is no mode: three octal digits are, such as 600 or 640".formatted(text));
    }
    return Integer.valueOf(text, 8);
  }
}
