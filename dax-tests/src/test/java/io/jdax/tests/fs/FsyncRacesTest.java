package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicLongArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What fsync and persist promise while others go on storing. */
class FsyncRacesTest {
  private static final int PAGES = 8;
  private static final int THREADS = 2;

  @ParameterizedTest(name = "by {0}")
  @ValueSource(strings = {"fsync", "force", "force of a SYNC mapping"})
  @DisplayName(
      "A store that came before fsync or persist survives power loss, whoever stores meanwhile")
  void storesBeforeFsyncSurvive(String how) throws Exception {
    int rounds = Hammer.rounds(25);
    AtomicLongArray stored = new AtomicLongArray(THREADS * PAGES);
    try (TestFs t = TestFs.recording(512 << 10);
        DaxFile file = t.create("/f")) {
      file.truncate(PAGES * PAGE);
      DaxMapping syncing =
          how.endsWith("SYNC mapping")
              ? file.map(0, PAGES * PAGE, Sharing.SHARED, true, HolePolicy.ZERO)
              : file.map(0, PAGES * PAGE);
      Hammer hammer = new Hammer();
      hammer.driver(
          () -> {
            long[] before = new long[stored.length()];
            for (int r = 0; r < rounds && hammer.on(); r++) {
              for (int i = 0; i < before.length; i++) {
                before[i] = stored.get(i);
              }
              if (how.equals("fsync")) {
                file.fsync();
              } else {
                syncing.force();
              }
              byte[] image = t.image();
              checkLeft(image, before);
              if (r % 10 == 9) {
                punchSome(file, r);
              }
            }
          });
      for (int i = 0; i < THREADS; i++) {
        int me = i;
        DaxMapping mine =
            how.endsWith("SYNC mapping")
                ? file.map(0, PAGES * PAGE, Sharing.SHARED, true, HolePolicy.ZERO)
                : file.map(0, PAGES * PAGE);
        long[] value = new long[1];
        hammer.meanwhile(
            () -> {
              long v = ++value[0];
              int page = (int) (v * 7 % PAGES);
              mine.putLong((long) page * PAGE + 8L * me, v);
              stored.set(me * PAGES + page, v);
            });
      }
      hammer.run();
      file.fsync();
      byte[] live = TestFs.read(file);
      try (TestFs left = t.survive()) {
        assertEquals(-1, java.util.Arrays.mismatch(live, left.read("/f")), "at rest");
      }
    }
  }

  /** Punching is allowed at any time; only pages past those that are stored to. */
  private static void punchSome(DaxFile file, int round) throws java.io.IOException {
    file.write((PAGES + 1L) * PAGE, MemorySegment.ofArray(TestFs.bytes(PAGE, round)));
    file.punchHole((PAGES + 1L) * PAGE, PAGE);
  }

  private static void checkLeft(byte[] image, long[] before) throws java.io.IOException {
    try (TestFs left = TestFs.ofImage(image)) {
      MemorySegment bytes = MemorySegment.ofArray(left.read("/f"));
      for (int i = 0; i < before.length; i++) {
        long at = (long) (i % PAGES) * PAGE + 8L * (i / PAGES);
        long value = bytes.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        long stored = before[i];
        assertTrue(value >= stored, () -> value + " is left at " + at + ", stored was " + stored);
      }
    }
  }
}
