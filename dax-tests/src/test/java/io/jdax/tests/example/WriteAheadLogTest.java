package io.jdax.tests.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.persist.Persister;
import io.jdax.testing.CrashExplorer;
import io.jdax.testing.CrashFailure;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.CrashedState;
import io.jdax.testing.SimulatedPmem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How an application tests its own structure with {@link io.jdax.testing}. */
class WriteAheadLogTest {
  /** What was acknowledged, and what is in flight: null if nothing is. */
  private record Promise(List<String> acknowledged, @Nullable String inFlight) {}

  /** Opens the log in what is left: all that was acknowledged, and the next record or not. */
  private static void verify(CrashedState left, Promise promise) throws IOException {
    List<String> found = new WriteAheadLog(left.region(), left.persister()).records();
    List<String> more = new ArrayList<>(promise.acknowledged);
    more.add(promise.inFlight);
    if (!found.equals(promise.acknowledged) && !found.equals(more)) {
      fail("records " + found);
    }
  }

  private interface Opener {
    WriteAheadLog open(SimulatedPmem pmem);
  }

  private static CrashFigures explore(Opener opener, @Nullable String only) throws IOException {
    List<String> done = new ArrayList<>();
    try (SimulatedPmem pmem = SimulatedPmem.create("log", 16 << 10);
        CrashExplorer<Promise> crashes =
            CrashExplorer.start(
                    pmem, "append", 1, WriteAheadLogTest::verify, new Promise(List.of(), null))
                .flushesOneIn(1)
                .only(only)) {
      WriteAheadLog log = opener.open(pmem);
      for (int i = 0; i < 12; i++) {
        String record = "record " + i + "-".repeat(i * 23);
        crashes.expect(new Promise(List.copyOf(done), record));
        log.append(record.getBytes(StandardCharsets.UTF_8));
        done.add(record);
        crashes.expect(new Promise(List.copyOf(done), null));
        crashes.check();
      }
      return crashes.figures();
    }
  }

  @Test
  @DisplayName(
      "Power loss leaves every acknowledged record, and the one in flight whole or not at all")
  void keepsItsPromise() throws IOException {
    CrashFigures figures = explore(p -> new WriteAheadLog(p.region(), p.persister()), null);
    assertTrue(figures.distinct() > 500, figures.toString());
  }

  /** Its append lacks one line: the record is not persisted before the end that shows it. */
  private static WriteAheadLog withoutOneLine(SimulatedPmem pmem) {
    return new WriteAheadLog(pmem.region(), pmem.persister()) {
      @Override
      void persistRecord(Persister persister, long at, long length) {}
    };
  }

  @Test
  @DisplayName("Without the persist of the record the explorer finds a state, and finds it again")
  void findsTheMissingLine() {
    CrashFailure found =
        assertThrows(CrashFailure.class, () -> explore(WriteAheadLogTest::withoutOneLine, null));
    CrashFailure again =
        assertThrows(
            CrashFailure.class, () -> explore(WriteAheadLogTest::withoutOneLine, found.id()));
    assertEquals(found.getMessage(), again.getMessage());
  }
}
