package io.jdax.bench.turns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.bench.report.Rounds.Round;
import java.time.Duration;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WarmUpTest {
  private static final Duration PATIENCE = Duration.ofHours(1);

  @Test
  @DisplayName("Sides that are as fast as they get at once are warm after twice the window")
  void sidesThatAreAsFastAsTheyGetAreWarmAfterTwiceTheWindow() {
    assertEquals(2 * WarmUp.WINDOW, discarded(i -> 100, i -> 50));
  }

  @Test
  @DisplayName("While one side gets faster neither is measured")
  void whileOneSideGetsFasterNeitherIsMeasured() {
    int longer = 2 * WarmUp.WINDOW + 40;
    IntToDoubleFunction falling =
        i -> i < longer ? 1000 * Math.pow(0.97, i) : 1000 * Math.pow(0.97, longer);
    assertTrue(discarded(falling, i -> 50) >= longer, "the benchmark");
    assertTrue(discarded(i -> 50, falling) >= longer, "the baseline");
  }

  @Test
  @DisplayName("A side that gets slower is as fast as it gets")
  void aSideThatGetsSlowerIsAsFastAsItGets() {
    assertEquals(2 * WarmUp.WINDOW, discarded(i -> 100 + i, i -> 50));
  }

  @Test
  @DisplayName("While the compiler is at work nothing is measured, however still it seems")
  void whileTheCompilerIsAtWorkNothingIsMeasured() {
    int busy = 3 * WarmUp.WINDOW;
    int over = discarded(i -> 100, i -> 50, i -> Math.min(i, busy) * 20L);
    // A third of three rounds is a tenth of a window of ten.
    assertEquals(busy + WarmUp.WINDOW - 3, over - 1);
  }

  @Test
  @DisplayName("Patience ends a warm-up that finds no rest")
  void patienceEndsAWarmUp() {
    WarmUp warmUp = new WarmUp(false, PATIENCE);
    assertFalse(warmUp.isOverAfter(new Round(1, 1), PATIENCE.minusNanos(1), Duration.ZERO));
    assertTrue(warmUp.isOverAfter(new Round(1, 1), PATIENCE, Duration.ZERO));
  }

  @Test
  @DisplayName("One round warms what takes a second, or is a process that is always cold")
  void oneRoundWarmsWhatIsLengthy() {
    assertTrue(
        new WarmUp(true, PATIENCE).isOverAfter(new Round(1, 1), Duration.ZERO, Duration.ZERO));
  }

  private static int discarded(IntToDoubleFunction benchmark, IntToDoubleFunction baseline) {
    return discarded(benchmark, baseline, i -> 0);
  }

  /** Rounds of 60 ms. */
  private static int discarded(
      IntToDoubleFunction benchmark, IntToDoubleFunction baseline, IntToLongFunction compiled) {
    WarmUp warmUp = new WarmUp(false, PATIENCE);
    int round = 0;
    while (!warmUp.isOverAfter(
        new Round(benchmark.applyAsDouble(round), baseline.applyAsDouble(round)),
        Duration.ofMillis(60L * round),
        Duration.ofMillis(compiled.applyAsLong(round)))) {
      round++;
    }
    return round + 1;
  }
}
