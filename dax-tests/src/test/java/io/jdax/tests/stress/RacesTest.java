package io.jdax.tests.stress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One race of each kind, each in one JVM, for a moment: dax-tests/races runs them all, for long.
 */
class RacesTest {
  private static final String ONE_OF_EACH =
      "(MkwriteAgainstMkwrite|StoreAgainstWrite|FaultAgainstTruncate|PunchAgainstReader|MessageInHoles"
          + "|DirtyByteRace|ExtentMapFindAgainstNote)$";

  private static final int MOST_TURNS = 10;

  @Test
  @DisplayName("Races under jcstress: no outcome that must not be")
  void noForbiddenOutcome(@TempDir Path directory) throws Exception {
    Races races = new Races(directory);
    races.turn(ONE_OF_EACH, 300, "-jvmArgs");
    // On a busy machine the threads of a short turn may never meet. What they show is no less true
    // when it took more turns.
    for (int turn = 1; blocksReused(races) == 0 && turn < MOST_TURNS; turn++) {
      races.turn("PunchAgainstReader$", 300 * turn, "-jvmArgs");
    }
    System.out.print(races.report());
    assertEquals(List.of(), races.failures());
    assertTrue(blocksReused(races) > 0, "no block was reused at once: the race has shown nothing");
  }

  private static long blocksReused(Races races) {
    return races.count(PunchAgainstReader.class, "0, 1, 0")
        + races.count(PunchAgainstReader.class, "7, 1, 0");
  }
}
