package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Power loss on a device without a free block. */
class CrashFullTest {
  @Test
  @DisplayName(
      "Power loss beside what is refused for want of space, and what works without, keeps promises")
  void full() throws IOException {
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    long seed = Long.getLong("jdax.test.seed", System.nanoTime() >>> 10 & 0xffffffffL);
    System.out.println("seed " + seed);
    for (int i = 0; i < 3 * Integer.getInteger("jdax.test.multiplier", 1); i++) {
      sum = sum.plus(Explorations.explore(FsRun.FULL + "random-" + (seed + i), 12, images));
    }
    System.out.println(sum);
    assertTrue(sum.distinct() > 300, sum::toString);
  }
}
