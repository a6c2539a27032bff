package io.jdax.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Peer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LimitTest {
  private static final Limit LIMIT = limit("b", 1.05, null);

  @Test
  @DisplayName("Every limit names benchmarks that exist")
  void everyLimitNamesBenchmarksThatExist() {
    for (Limit limit : Limit.all()) {
      assertEquals(Peer.JDAX, Limit.named(limit.benchmark()).by(), limit.id());
      Set<Case> sides = limit.sides().stream().map(Limit::named).collect(Collectors.toSet());
      assertEquals(limit.sides().size(), sides.size(), limit.id());
    }
  }

  @Test
  @DisplayName("Every limit is complete")
  void everyLimitIsComplete() {
    Set<String> ids = new HashSet<>();
    for (Limit limit : Limit.all()) {
      assertTrue(ids.add(limit.id()), limit.id());
      assertTrue(limit.id().startsWith(limit.group() + "."), limit.id());
      assertTrue(limit.issue() > 0 && !limit.text().isEmpty(), limit.id());
      assertEquals(limit.factor() == null, limit.baseline() == null, limit.id());
      assertTrue(limit.factor() != null || limit.nanos() != null, limit.id());
      assertTrue(limit.plusNanos() == null || limit.factor() != null, limit.id());
      assertTrue(limit.factor() == null || limit.factor() > 0, limit.id());
      assertTrue(limit.nanos() == null || limit.nanos() > 0, limit.id());
    }
    assertTrue(Limit.groups().containsAll(List.of("flush", "copy", "block")));
  }

  @Test
  @DisplayName("The median of the ratios decides")
  void theMedianOfTheRatiosDecides() {
    LimitVerdict holds = LimitVerdict.of(LIMIT, rounds(105, 100, 90, 100, 104, 100));
    assertEquals("holds", holds.word());
    assertTrue(holds.passes());
    LimitVerdict broken = LimitVerdict.of(LIMIT, rounds(110, 100, 110, 100, 111, 100));
    assertEquals("BROKEN", broken.word());
    assertFalse(broken.passes());
    assertEquals(1.1, broken.ratio(), 1e-9);
  }

  @Test
  @DisplayName("Nanoseconds decide without a baseline")
  void nanosecondsDecideWithoutABaseline() {
    Limit limit = limit(null, null, 100.0);
    double none = Double.NaN;
    LimitVerdict holds = LimitVerdict.of(limit, rounds(99, none, 98, none, 500, none));
    assertTrue(holds.passes());
    assertFalse(LimitVerdict.of(limit, rounds(101, none, 102, none, 101, none)).passes());
    String table = LimitsRun.table(List.of(holds));
    assertTrue(table.contains("100 ns"), table);
    assertFalse(table.contains("NaN"), table);
  }

  @Test
  @DisplayName("Both bounds must hold")
  void bothBoundsMustHold() {
    Limit limit = limit("b", 0.2, 100.0);
    assertTrue(LimitVerdict.of(limit, rounds(90, 1000)).passes());
    assertFalse(LimitVerdict.of(limit, rounds(110, 1000)).passes(), "nanoseconds");
    assertFalse(LimitVerdict.of(limit, rounds(90, 300)).passes(), "factor");
    assertEquals("0.20 ×, 100 ns", limit.bound());
  }

  @Test
  @DisplayName("Nanoseconds that are allowed beyond a factor are added to it")
  void nanosecondsBeyondAFactor() {
    Limit limit = limit("b", 2.0, 500.0, null);
    assertTrue(LimitVerdict.of(limit, rounds(699, 100)).passes());
    assertFalse(LimitVerdict.of(limit, rounds(701, 100)).passes());
    assertEquals("2.00 × + 500 ns", limit.bound());
  }

  @Test
  @DisplayName("Disturbed rounds do not count")
  void disturbedRoundsDoNotCount() {
    LimitVerdict verdict =
        LimitVerdict.of(LIMIT, rounds(100, 100, 900, 100, 101, 100, 800, 100, 99, 100));
    assertEquals(1.0, verdict.ratio(), 1e-9);
  }

  @Test
  @DisplayName("What is not installed passes and what failed does not")
  void whatIsNotInstalledPassesAndWhatFailedDoesNot() {
    assertTrue(LimitVerdict.skipped(LIMIT, "not installed").passes());
    assertFalse(LimitVerdict.failed(LIMIT, "no figure").passes());
    String table = LimitsRun.table(List.of(LimitVerdict.skipped(LIMIT, "b is not installed")));
    assertTrue(table.contains("x.1"), table);
    assertTrue(table.contains("skipped: b is not installed"), table);
  }

  private static Limit limit(
      @Nullable String baseline, @Nullable Double factor, @Nullable Double nanos) {
    return limit(baseline, factor, null, nanos);
  }

  private static Limit limit(
      @Nullable String baseline,
      @Nullable Double factor,
      @Nullable Double plusNanos,
      @Nullable Double nanos) {
    return new Limit(
        "x.1", 2, "flush", "a store: C", "a", null, baseline, factor, plusNanos, nanos);
  }

  private static List<LimitVerdict.Round> rounds(double... sides) {
    List<LimitVerdict.Round> rounds = new ArrayList<>();
    for (int i = 0; i < sides.length; i += 2) {
      rounds.add(new LimitVerdict.Round(sides[i], sides[i + 1]));
    }
    return rounds;
  }
}
