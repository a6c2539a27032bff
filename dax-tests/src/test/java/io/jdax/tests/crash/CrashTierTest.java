package io.jdax.tests.crash;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.testing.CrashFailure;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Power loss with every file in the DRAM tier: write() is durable when it was synced. */
class CrashTierTest {
  private static final int MULTIPLIER = Integer.getInteger("jdax.test.multiplier", 1);

  /** In a test run one order of so many, others each time. */
  private static final int STRIDE = Math.max(1, 9 / MULTIPLIER);

  @ParameterizedTest
  @ValueSource(strings = {FsRun.TIER, FsRun.SMALL_BLOCKS})
  @DisplayName(
      "S3.5 S0 power loss at any time: write, store, fsync, truncate, punch, write back, evict in"
          + " every order of three")
  void everyOrder(String kind) throws IOException {
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    long seed = seed();
    for (int n = (int) (seed % STRIDE); n < TierWorkloads.SEQUENCES; n += STRIDE) {
      sum = sum.plus(Explorations.explore(kind + "seq-" + n, 12, images));
    }
    System.out.println(sum);
    assertTrue(sum.distinct() > 1_000, sum::toString);
  }

  @ParameterizedTest
  @ValueSource(strings = {FsRun.TIER, FsRun.SMALL_BLOCKS})
  @DisplayName("S3.5 S0 power loss at any time: what is explored without the tier, and random runs")
  void others(String kind) throws IOException {
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    for (String name : Workloads.SINGLE.keySet()) {
      sum = sum.plus(Explorations.explore(kind + name, 16, images));
    }
    long seed = seed();
    for (int i = 0; i < 5 * MULTIPLIER; i++) {
      sum = sum.plus(Explorations.explore(kind + "random-" + seed++, 32, images));
    }
    System.out.println(sum);
    assertTrue(sum.distinct() > 1_000, sum::toString);
  }

  private static long seed() {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime() >>> 10 & 0xffffffffL);
    System.out.println("seed " + seed);
    return seed;
  }

  @ParameterizedTest
  @EnumSource(
      value = FsMutant.class,
      names = {
        "WRITES_NOT_FLUSHED",
        "NO_DRAIN_AFTER_WRITE",
        "LAST_LINE_OF_WRITE_NOT_FLUSHED",
        "ZEROES_NOT_FLUSHED",
        "ZEROES_NOT_STORED"
      })
  @DisplayName("S3.5 a copy, drain or zeroing that the tier leaves out is found")
  void found(FsMutant mutant) throws IOException {
    FsRun.Settings settings = FsRun.Settings.of(64);
    List<String> names = new ArrayList<>();
    for (int n = 0; n < TierWorkloads.SEQUENCES; n++) {
      names.add(FsRun.TIER + "seq-" + n);
    }
    for (String name : names) {
      CrashFailure failure = Explorations.find(name, settings, mutant);
      if (failure != null) {
        CrashFailure again = Explorations.find(name, settings.replay(failure.id()), mutant);
        assertNotNull(again, failure.id() + " was not found again");
        assertEquals(failure.id(), again.id());
        return;
      }
    }
    fail(mutant + " survives");
  }
}
