package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Power loss at every drain, between drains, and after every call. {@code
 * -Djdax.test.multiplier=100} for more than six million states.
 */
class CrashExplorationTest {
  /** With those of CrashLogTest and CrashTierTest they are 100,000. */
  private static final int DISTINCT = 65_000 * Integer.getInteger("jdax.test.multiplier", 1);

  /** Random runs, however much there was before them. */
  private static final int RANDOM = 4;

  @Test
  @DisplayName(
      "Power loss at any time keeps every promise: each operation, pairs of them, random ones")
  void explore() throws IOException {
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    long seed = Long.getLong("jdax.test.seed", System.nanoTime() >>> 10 & 0xffffffffL);
    System.out.println("seed " + seed);
    for (String name : Workloads.SINGLE.keySet()) {
      sum = sum.plus(Explorations.explore(name + "@" + seed, 256, images));
    }
    for (int pair = 0; pair < 40; pair++) {
      sum = sum.plus(Explorations.explore("pair-" + pair + "@" + seed, 96, images));
    }
    for (int i = 0; i < RANDOM || sum.distinct() < DISTINCT; i++) {
      sum = sum.plus(Explorations.explore("random-" + (seed + i), 96, images));
    }
    System.out.println(sum);
    Files.createDirectories(Path.of("target"));
    Files.writeString(Path.of("target/crash-figures.txt"), sum + System.lineSeparator());
    assertTrue(sum.distinct() >= DISTINCT);
  }
}
