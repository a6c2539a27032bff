package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Power loss and kills on devices with a log of notes. With one frame every note folds, and commits
 * twice; with two or eight a thread folds in the background at half of them.
 */
class CrashLogTest {
  private static final int MULTIPLIER = Integer.getInteger("jdax.test.multiplier", 1);

  private static long seed() {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime() >>> 10 & 0xffffffffL);
    System.out.println("seed " + seed);
    return seed;
  }

  private static void explored(CrashFigures sum, long distinct) {
    System.out.println(sum);
    assertTrue(sum.distinct() >= distinct, sum::toString);
  }

  private static final List<String> KINDS =
      List.of("log1-", "log2-", "log8-", "log8-1k-", "log2-512-", "log2-tier-");

  static List<String> kinds() {
    return KINDS;
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @DisplayName("Power loss or a kill at any record, fold or lack of frames keeps every promise")
  void log(String kind) throws IOException {
    SuiteShare.assumeTurn(KINDS, kind, 2);
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    long seed = seed();
    for (String name : LogWorkloads.ALL.keySet()) {
      String run = kind + name + "@" + seed;
      sum = sum.plus(Explorations.explore(run, 8 * MULTIPLIER, images));
    }
    explored(sum, 4_000);
  }

  @Test
  @DisplayName("Power loss or a kill beside a log keeps the promises of every operation")
  void others() throws IOException {
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    long seed = seed();
    for (String name : Workloads.SINGLE.keySet()) {
      String run = "log4-" + name + "@" + seed;
      sum = sum.plus(Explorations.explore(run, 6 * MULTIPLIER, images));
    }
    for (int i = 0; i < 4 * MULTIPLIER; i++) {
      String kind = "log" + (1 + i % 3) + (i % 4 == 3 ? "-1k-random-" : "-random-");
      sum = sum.plus(Explorations.explore(kind + (seed + i), 8, images));
    }
    explored(sum, 9_000);
  }
}
