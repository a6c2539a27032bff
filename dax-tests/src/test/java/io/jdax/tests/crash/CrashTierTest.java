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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Power loss with every file in the DRAM tier: write() is durable when it was synced. */
class CrashTierTest {
  private static final int MULTIPLIER = Integer.getInteger("jdax.test.multiplier", 1);

  @Test
  @DisplayName(
      "S3.5 power loss at any time: write, store, fsync, truncate, punch, write back, evict in"
          + " every order of three")
  void everyOrder() throws IOException {
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    for (int n = 0; n < TierWorkloads.SEQUENCES; n++) {
      sum = sum.plus(Explorations.explore(FsRun.TIER + "seq-" + n, 12 * MULTIPLIER, images));
    }
    System.out.println(sum);
    assertTrue(sum.distinct() > 2_000, sum::toString);
  }

  @Test
  @DisplayName("S3.5 power loss at any time: what is explored without the tier, and random runs")
  void others() throws IOException {
    ImageSet images = new ImageSet();
    CrashFigures sum = CrashFigures.NONE;
    for (String name : Workloads.SINGLE.keySet()) {
      sum = sum.plus(Explorations.explore(FsRun.TIER + name, 64, images));
    }
    long seed = Long.getLong("jdax.test.seed", System.nanoTime() >>> 10 & 0xffffffffL);
    System.out.println("seed " + seed);
    for (int i = 0; i < 25 * MULTIPLIER; i++) {
      sum = sum.plus(Explorations.explore(FsRun.TIER + "random-" + seed++, 48, images));
    }
    System.out.println(sum);
    assertTrue(sum.distinct() > 2_000, sum::toString);
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
