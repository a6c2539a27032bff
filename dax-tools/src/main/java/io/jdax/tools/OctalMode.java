package io.jdax.tools;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads permissions as chmod(1) does, such as {@code 600} or {@code 0640}. */
final class OctalMode implements ITypeConverter<Integer> {
  @Override
  public Integer convert(String text) {
    if (!text.matches("0?[0-7]{3}")) {
      throw new TypeConversionException(
          "'%s' is not a mode: write three octal digits, such as 600 or 640".formatted(text));
    }
    return Integer.valueOf(text, 8);
  }
}
