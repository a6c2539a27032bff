package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizeBytesTest {
  @ParameterizedTest
  @DisplayName("Sizes are powers of1024")
  @CsvSource({
    "4096, 4096",
    "64K, 65536",
    "512m, 536870912",
    "1.5G, 1610612736",
    "1GiB, 1073741824",
    "2 MB, 2097152",
    "1T, 1099511627776"
  })
  void sizesArePowersOf1024(String text, long bytes) {
    assertEquals(bytes, SizeBytes.parse(text).bytes());
  }

  @ParameterizedTest
  @DisplayName("What is no size is refused")
  @ValueSource(strings = {"", "K", "-1", "3X", "0", "1.5", "9999999T", "1e9"})
  void whatIsNoSizeIsRefused(String text) {
    assertThrows(TypeConversionException.class, () -> SizeBytes.parse(text));
  }

  @Test
  @DisplayName("Sizes are shown in the largest unit that fits")
  void sizesAreShownInTheLargestUnitThatFits() {
    assertEquals("256 MiB", SizeBytes.text(256L << 20));
    assertEquals("1 TiB", SizeBytes.text(1L << 40));
    assertEquals("4097 bytes", SizeBytes.text(4097));
  }

  @Test
  @DisplayName("About is rounded to a tenth")
  void aboutIsRoundedToATenth() {
    assertEquals("0 B", SizeBytes.about(0));
    assertEquals("1023 B", SizeBytes.about(1023));
    assertEquals("1 KiB", SizeBytes.about(1024));
    assertEquals("1.5 GiB", SizeBytes.about(3L << 29));
    assertEquals("8388608 TiB", SizeBytes.about(Long.MAX_VALUE));
  }
}
