package io.jdax.bench.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.bench.report.Question;
import io.jdax.bench.report.Rounds;
import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Peer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LimitTest {
  private static final Limit LIMIT =
      new Limit("x.1", 2, "flush", "a store: C", "a", null, "b", 1.05);

  @Test
  @DisplayName("Every limit names benchmarks that exist")
  void everyLimitNamesBenchmarksThatExist() {
    for (Limit limit : Limit.all()) {
      assertEquals(Peer.JDAX, limit.pair().benchmark().by(), limit.id());
      List<Case> sides = limit.pair().sides();
      assertEquals(sides.size(), new HashSet<>(sides).size(), limit.id());
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
      assertTrue(limit.factor() > 0, limit.id());
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
    assertEquals("1.100 × (1.10 to 1.11)", broken.figure());
  }

  @Test
  @DisplayName("The file of limits has no nanoseconds, which would be those of one machine")
  void theFileOfLimitsHasNoNanoseconds() throws IOException {
    try (InputStream in = Limit.class.getResourceAsStream("limits.json")) {
      String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
      assertFalse(text.toLowerCase(Locale.ROOT).contains("nanos\""), text);
    }
  }

  @Test
  @DisplayName("What a quick run shows has a limit")
  void whatAQuickRunShowsHasALimit() {
    for (Question q : Question.all()) {
      assertTrue(
          Limit.all().stream()
              .anyMatch(
                  l -> isOf(l.benchmark(), q.benchmark()) && isOf(l.baseline(), q.baseline())),
          q.id());
    }
  }

  /** A quick run mounts fewer extents than a limit has. */
  private static boolean isOf(String limited, String asked) {
    return limited.replace("extents=1000000", "extents=100000").equals(asked);
  }

  @Test
  @DisplayName("The table has the spread of all rounds beside the median of the calmer half")
  void theTableHasTheSpread() {
    String table =
        LimitsRun.table(
            List.of(LimitVerdict.of(LIMIT, rounds(100, 100, 101, 100, 102, 100, 150, 100))));
    assertTrue(table.contains("1.005 ×  1.00 to 1.36  1.05 ×  holds"), table);
    assertTrue(table.contains("calmer half"), table);
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

  private static Rounds rounds(double... sides) {
    List<Rounds.Round> rounds = new ArrayList<>();
    for (int i = 0; i < sides.length; i += 2) {
      rounds.add(new Rounds.Round(sides[i], sides[i + 1]));
    }
    return new Rounds(rounds);
  }
}
