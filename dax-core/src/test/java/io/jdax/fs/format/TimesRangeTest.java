package io.jdax.fs.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.jdax.fs.error.TimeOutOfRangeException;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which times there is room for. */
class TimesRangeTest {
  @ParameterizedTest
  @ValueSource(
      longs = {
        Long.MIN_VALUE,
        Long.MIN_VALUE + 1,
        -1_000_000_001,
        -1_000_000_000,
        -999_999_999,
        -1,
        0,
        1,
        999_999_999,
        1_000_000_000,
        Long.MAX_VALUE
      })
  @DisplayName("Every number of nanoseconds is a time, and that time is this number")
  void roundTrip(long nanos) throws TimeOutOfRangeException {
    assertEquals(nanos, Times.of(Times.toInstant(nanos)));
    assertEquals(nanos, Times.checked("/f", Times.toInstant(nanos)));
  }

  @Test
  @DisplayName("The time of day that does not fit is the nearest that does")
  void nearest() {
    assertEquals(Long.MAX_VALUE, Times.of(Times.LAST.plusNanos(1)));
    assertEquals(Long.MAX_VALUE, Times.of(Instant.MAX));
    assertEquals(Long.MIN_VALUE, Times.of(Times.FIRST.minusNanos(1)));
    assertEquals(Long.MIN_VALUE, Times.of(Instant.MIN));
  }

  @Test
  @DisplayName("A time to keep that does not fit is refused")
  void refused() {
    for (Instant time :
        new Instant[] {
          Times.FIRST.minusNanos(1), Times.LAST.plusNanos(1), Instant.MIN, Instant.MAX
        }) {
      TimeOutOfRangeException e =
          assertThrows(TimeOutOfRangeException.class, () -> Times.checked("/f", time));
      assertEquals(time, e.time());
    }
  }
}
