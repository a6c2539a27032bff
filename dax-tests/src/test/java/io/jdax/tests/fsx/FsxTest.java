package io.jdax.tests.fsx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The exerciser, as long as a test run has time for. {@link FsxSoak} is for longer. */
class FsxTest {
  @ParameterizedTest(name = "{0}")
  @EnumSource(FsxVariant.class)
  @DisplayName(
      "S0.6 whatever is done to a file, it holds what the model holds, also after a close or a"
          + " kill, and a mount")
  void fileHoldsWhatTheModelHolds(FsxVariant variant) {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    int operations = variant.operations * Integer.getInteger("jdax.test.multiplier", 1);
    Fsx.Result result = new Fsx(variant, seed).run(operations);
    assertTrue(result.operations() >= operations, result::toString);
    assertTrue(result.kills() > 0, result::toString);
    assertTrue(result.mounts() > result.kills() + 1, result::toString);
    assertEquals(
        variant.setup.tight, result.refusals() > 0, () -> "whether space ran out: " + result);
  }
}
