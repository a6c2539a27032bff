package io.jdax.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.bench.report.Rounds.Round;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RoundsTest {
  @Test
  @DisplayName("Disturbed rounds are in the spread and not in the median")
  void disturbedRoundsAreInTheSpreadAndNotInTheMedian() {
    Rounds rounds = rounds(100, 100, 900, 100, 101, 100, 800, 100, 99, 100);
    assertEquals(1.0, rounds.ratio(), 1e-9);
    assertEquals(100, rounds.nsPerOp(), 1e-9);
    assertTrue(rounds.ratioSpread().high() > 8, rounds.ratioSpread().toString());
    assertTrue(rounds.isNoisy());
  }

  @Test
  @DisplayName("A ratio is taken within a round, so that a drift of both sides is none of it")
  void aRatioIsTakenWithinARound() {
    Rounds rounds = rounds(100, 50, 200, 100, 300, 150, 400, 200);
    assertEquals(2.0, rounds.ratio(), 1e-9);
    assertEquals(new Spread(2, 2), rounds.ratioSpread());
    assertFalse(rounds.isNoisy());
  }

  @Test
  @DisplayName("A spread is from the tenth to the ninetieth of a hundred values")
  void aSpreadIsFromTheTenthToTheNinetieth() {
    double[] values = new double[101];
    for (int i = 0; i <= 100; i++) {
      values[i] = 100 - i;
    }
    Spread spread = Spread.of(values);
    assertEquals(10, spread.low(), 1e-9);
    assertEquals(90, spread.high(), 1e-9);
    assertEquals(50, Spread.median(values), 1e-9);
    assertEquals(2.5, Spread.median(4, 1, 2, 3), 1e-9);
    assertEquals(new Spread(7, 7), Spread.of(7));
  }

  @Test
  @DisplayName("Spreads are apart when no value lies in both")
  void spreadsAreApartWhenNoValueLiesInBoth() {
    assertTrue(new Spread(1, 2).isApartFrom(new Spread(2.1, 3)));
    assertTrue(new Spread(2.1, 3).isApartFrom(new Spread(1, 2)));
    assertFalse(new Spread(1, 2).isApartFrom(new Spread(2, 3)));
    assertFalse(new Spread(1, 9).isApartFrom(new Spread(2, 3)));
  }

  private static Rounds rounds(double... sides) {
    List<Round> rounds = new ArrayList<>();
    for (int i = 0; i < sides.length; i += 2) {
      rounds.add(new Round(sides[i], sides[i + 1]));
    }
    return new Rounds(rounds);
  }
}
