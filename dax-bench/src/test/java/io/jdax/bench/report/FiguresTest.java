package io.jdax.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FiguresTest {
  @Test
  @DisplayName("Decades of an axis have their units")
  void decadesOfAnAxisHaveTheirUnits() {
    assertEquals(
        List.of(
            "0.01 ns", "0.1 ns", "1 ns", "10 ns", "100 ns", "1 µs", "10 µs", "100 µs", "1 ms",
            "10 ms", "100 ms", "1 s", "10 s"),
        IntStream.rangeClosed(-2, 10).mapToObj(e -> Figures.decade(Math.pow(10, e))).toList());
  }

  @Test
  @DisplayName("Figures have three digits")
  void figuresHaveThreeDigits() {
    assertEquals("0.31", Figures.number(0.309));
    assertEquals("12.4", Figures.number(12.36));
    assertEquals("163", Figures.number(162.7));
    assertEquals("1,000", Figures.number(999.7));
    assertEquals("4 KiB", Figures.bytes(4096));
    assertEquals("1000 B", Figures.bytes(1000));
  }
}
