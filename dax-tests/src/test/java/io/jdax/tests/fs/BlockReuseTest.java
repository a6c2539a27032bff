package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static io.jdax.tests.fs.TestFs.bytes;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Blocks that change from file to file while both are being read. */
class BlockReuseTest {
  private static final int PAGES = 16;
  private static final long LENGTH = PAGES * PAGE;
  private static final int A = 0xAA;
  private static final int B = 0xBB;

  @Test
  @DisplayName(
      "S3.2 punch against readers, with the blocks reused at once: no byte of another file")
  void punchAgainstReaders() throws Exception {
    int rounds = Hammer.rounds(2_000);
    // So small that what A gives is what B gets.
    try (TestFs t = TestFs.format(160 * PAGE);
        DaxFile a = t.create("/a");
        DaxFile b = t.create("/b")) {
      a.truncate(LENGTH);
      b.truncate(LENGTH);
      Set<Long> ofA = new HashSet<>();
      Set<Long> ofB = new HashSet<>();
      Hammer hammer = new Hammer();
      DaxMapping storing = b.map(0, LENGTH);
      hammer.driver(
          () -> {
            for (int r = 0; r < rounds && hammer.on(); r++) {
              a.write(0, MemorySegment.ofArray(bytes((int) LENGTH, A)));
              remember(a, ofA);
              if (r % 3 == 0) {
                a.truncate(0);
                a.truncate(LENGTH);
              } else {
                a.punchHole(0, LENGTH);
              }
              if (r % 2 == 0) {
                b.write(0, MemorySegment.ofArray(bytes((int) LENGTH, B)));
              } else {
                storing.fill(0, LENGTH, (byte) B);
              }
              remember(b, ofB);
              b.punchHole(0, LENGTH);
            }
          });
      readers(hammer, a, A);
      readers(hammer, b, B);
      hammer.run();
      ofA.retainAll(ofB);
      assertFalse(ofA.isEmpty(), "no block was ever reused: the test has shown nothing");
    }
  }

  private static void remember(DaxFile file, Set<Long> blocks) throws IOException {
    for (FileExtent e : file.extents()) {
      for (long i = 0; i < e.length() / PAGE; i++) {
        blocks.add(e.pfn() + i);
      }
    }
  }

  /** By load, by copyTo, by read(). */
  private static void readers(Hammer hammer, DaxFile file, int value) throws IOException {
    DaxMapping view = file.map(0, LENGTH);
    byte[] got = new byte[2 * PAGE];
    hammer.meanwhile(
        () -> {
          long at = ThreadLocalRandom.current().nextLong(PAGES - 1) * PAGE;
          try {
            check(new byte[] {view.getByte(at + 77)}, 1, value, "load");
            view.copyTo(at, MemorySegment.ofArray(got), 0, got.length);
            check(got, got.length, value, "copyTo");
          } catch (io.jdax.mm.BeyondEndException e) {
            Thread.onSpinWait();
          }
          int n = file.read(at, MemorySegment.ofArray(got));
          check(got, n, value, "read");
        });
  }

  private static void check(byte[] got, int length, int value, String how) {
    for (int i = 0; i < length; i++) {
      int at = i;
      assertTrue(
          got[i] == 0 || got[i] == (byte) value,
          () -> how + ": " + Integer.toHexString(got[at] & 0xff) + " in file of " + value);
    }
  }

  @Test
  @DisplayName("S1.6 blocks that were another file's are zeros where they were not written")
  void reusedBlocksAreZeros() throws Exception {
    try (TestFs t = TestFs.format(256 * PAGE)) {
      Set<Long> before = new HashSet<>();
      Set<Long> after = new HashSet<>();
      try (DaxFile a = t.create("/a", bytes(40 * PAGE, A))) {
        remember(a, before);
        a.fsync();
      }
      try (DaxFile rest = t.create("/rest")) {
        assertThrows(
            NoSpaceException.class,
            () -> {
              while (true) {
                rest.append(MemorySegment.ofArray(bytes(PAGE, A)));
              }
            });
      }
      t.fs().unlink("/a");
      // What else is free, the reserve, is not set apart: it takes some rounds to come around.
      for (int round = 0; round < 50 && after.isEmpty(); round++) {
        try (DaxFile b = t.create("/b")) {
          storeHereAndThere(b);
          remember(b, after);
          byte[] got = TestFs.read(b);
          check(got, got.length, B, "read");
          for (int page = 0; page < 40; page++) {
            assertTrue(got[page * PAGE] == 0 && got[page * PAGE + 101] == 0, "page " + page);
          }
        }
        t.fs().unlink("/b");
        after.retainAll(before);
      }
      assertFalse(after.isEmpty(), "no block was reused: the test has shown nothing");
    }
  }

  private static void storeHereAndThere(DaxFile b) throws IOException {
    b.truncate(40 * PAGE);
    b.allocate(20 * PAGE, 10 * PAGE, false);
    try (DaxMapping m = b.map(0, 40 * PAGE)) {
      for (int page = 0; page < 40; page += 2) {
        if (page % 4 == 0) {
          b.write(page * PAGE + 100, MemorySegment.ofArray(bytes(1, B)));
        } else {
          m.putByte(page * PAGE + 100, (byte) B);
        }
      }
    }
  }
}
