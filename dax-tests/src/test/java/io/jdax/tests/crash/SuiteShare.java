package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.List;

/**
 * What a run of the suite does of a long list: every n-th, others each time. A run with
 * -Djdax.test.multiplier above 1 does all, as every night.
 */
final class SuiteShare {
  private static final boolean ALL = Integer.getInteger("jdax.test.multiplier", 1) > 1;
  private static final long SEED =
      Long.getLong("jdax.test.seed", System.nanoTime() >>> 10 & 0xffffffffL);

  private SuiteShare() {}

  /**
   * Ends the test, as one that was skipped, unless it is this run's turn.
   *
   * @param all the list, of which {@code one} is tested
   * @param oneOf how many runs do all, about
   */
  static <T> void assumeTurn(List<T> all, T one, int oneOf) {
    assumeTrue(
        ALL || Math.floorMod(all.indexOf(one) + SEED, oneOf) == 0,
        () -> "another run's turn; seed " + SEED + ", or -Djdax.test.multiplier=2 for all");
  }
}
