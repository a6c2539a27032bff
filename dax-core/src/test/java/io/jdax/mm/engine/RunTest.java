package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The frames in a row at the beginning of a mapping. */
class RunTest {
  @ParameterizedTest
  @CsvSource({"0, 0, 0", "4096, 4096, 77", "8191, 8191, 77", "8192, 8192, 77", "9000, 8192, 77"})
  @DisplayName("A run is cut before what changes, leads where it led, and nowhere if it is empty")
  void cut(long at, long length, long delta) {
    Run run = new Run();
    run.set(8192, 77);
    run.cut(at);
    assertEquals(length, run.length);
    assertEquals(delta, run.delta);
  }
}
