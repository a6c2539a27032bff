package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.DaxMapping;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Faults and stores of several mappings against each other, and against truncate and write. */
class MappingRacesTest {
  private static final int PAGES = 48;

  private static byte[] longs(int bytes, long value) {
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.nativeOrder());
    while (out.hasRemaining()) {
      out.putLong(value);
    }
    return out.array();
  }

  @Test
  @DisplayName(
      "S3.2 fault against truncate: once truncate has returned nobody sees a byte of before")
  void faultAgainstTruncate() throws Exception {
    int rounds = Hammer.rounds(1_500);
    AtomicLong truncated = new AtomicLong();
    AtomicLong seen = new AtomicLong();
    try (TestFs t = TestFs.format(2 << 20);
        DaxFile file = t.create("/f")) {
      DaxMapping[] views = {file.map(0, PAGES * PAGE), file.map(PAGE, (PAGES - 1) * PAGE)};
      Hammer hammer = new Hammer();
      hammer.driver(
          () -> {
            for (long r = 1; r <= rounds && hammer.on(); r++) {
              file.write(0, MemorySegment.ofArray(longs(PAGES * PAGE, r)));
              // To the end, to within a page, and up again over zeros.
              file.truncate(r % 3 == 0 ? 0 : 8);
              file.truncate(0);
              truncated.set(r);
              if (r % 2 == 0) {
                file.truncate(PAGES * PAGE);
              }
            }
          });
      for (DaxMapping view : views) {
        hammer.meanwhile(
            () -> {
              long at = ThreadLocalRandom.current().nextLong(view.sizeBytes() / 8) * 8;
              long before = truncated.get();
              try {
                long value = view.getLong(at);
                assertTrue(
                    value == 0 || value > before,
                    () -> value + " at " + at + ", truncated " + before);
                seen.set(Math.max(seen.get(), value));
              } catch (BeyondEndException e) {
                Thread.onSpinWait();
              }
            });
      }
      hammer.meanwhile(
          () -> {
            byte[] got = new byte[8];
            long before = truncated.get();
            int n = file.read((PAGES - 1) * PAGE, MemorySegment.ofArray(got));
            long value = ByteBuffer.wrap(got).order(ByteOrder.nativeOrder()).getLong();
            assertTrue(
                n < 8 || value == 0 || value > before, () -> value + ", truncated " + before);
          });
      hammer.run();
      assertTrue(seen.get() > 0, "readers saw something");
    }
  }

  @Test
  @DisplayName("S1.2 mkwrite against mkwrite: one block, and no store is lost")
  void mkwriteAgainstMkwrite() throws Exception {
    int threads = 3;
    int rounds = Hammer.rounds(40);
    try (TestFs t = TestFs.format(4 << 20);
        DaxFile file = t.create("/f")) {
      file.truncate(PAGES * PAGE);
      DaxMapping[] views = new DaxMapping[threads];
      Hammer hammer = new Hammer();
      for (int i = 0; i < threads; i++) {
        int me = i;
        DaxMapping mine = file.map(0, PAGES * PAGE);
        views[i] = mine;
        hammer.thread(
            () -> {
              for (int r = 1; r <= rounds; r++) {
                for (int page = 0; page < PAGES; page++) {
                  if (page % 4 == 0) {
                    hammer.meet();
                  }
                  mine.putLong((long) page * PAGE + 64L * me, r);
                }
                hammer.meet();
                for (int slot = 0; slot < threads * PAGES; slot++) {
                  long at = (long) (slot / threads) * PAGE + 64L * (slot % threads);
                  assertEquals(r, mine.getLong(at), "at " + at);
                }
                hammer.meet();
                if (me == 0) {
                  assertEquals(PAGES * (long) PAGE, file.stat().allocatedBytes(), "allocated");
                  if (r % 2 == 0) {
                    file.punchHole(0, PAGES * PAGE);
                  } else {
                    file.zeroRange(0, PAGES * PAGE, true);
                  }
                }
                hammer.meet();
              }
            });
      }
      hammer.run();
    }
  }

  @Test
  @DisplayName("S3.1 write() into a hole against stores to the same page: neither is lost")
  void writeAgainstStore() throws Exception {
    int rounds = Hammer.rounds(60);
    try (TestFs t = TestFs.format(4 << 20);
        DaxFile file = t.create("/f")) {
      file.truncate(PAGES * PAGE);
      DaxMapping view = file.map(0, PAGES * PAGE);
      DaxMapping reader = file.map(0, PAGES * PAGE);
      Hammer hammer = new Hammer();
      hammer.thread(
          () -> {
            for (int r = 1; r <= rounds; r++) {
              for (int page = 0; page < PAGES; page++) {
                hammer.meet();
                file.write(page * PAGE + 8, MemorySegment.ofArray(longs(8, r)));
              }
              hammer.meet();
              byte[] all = TestFs.read(file);
              MemorySegment read = MemorySegment.ofArray(all);
              for (int page = 0; page < PAGES; page++) {
                long at = (long) page * PAGE;
                assertEquals(r, read.get(ValueLayout.JAVA_LONG_UNALIGNED, at + 8), "written");
                assertEquals(r, read.get(ValueLayout.JAVA_LONG_UNALIGNED, at + 2048), "stored");
                assertEquals(r, reader.getLong(at + 8), "written, seen by a mapping");
                assertEquals(r, reader.getLong(at + 2048), "stored, seen by a mapping");
                assertEquals(0, reader.getLong(at), "the rest");
              }
              if (r % 2 == 0) {
                file.punchHole(0, PAGES * PAGE);
              } else {
                file.truncate(0);
                file.truncate(PAGES * PAGE);
              }
              hammer.meet();
            }
          });
      hammer.thread(
          () -> {
            for (int r = 1; r <= rounds; r++) {
              for (int page = 0; page < PAGES; page++) {
                reader.getLong((long) page * PAGE); // a zero page to be replaced
                hammer.meet();
                view.putLong(page * PAGE + 2048, r);
              }
              hammer.meet();
              hammer.meet();
            }
          });
      hammer.run();
    }
  }

  @Test
  @DisplayName("extents() is of one moment: in order and apart, while stores join what it lists")
  void extentsAgainstStores() throws Exception {
    int rounds = Hammer.rounds(300);
    try (TestFs t = TestFs.format(4 << 20);
        DaxFile file = t.create("/f")) {
      Hammer hammer = new Hammer();
      hammer.driver(
          () -> {
            for (int r = 0; r < rounds; r++) {
              file.allocate(0, PAGES * PAGE, false);
              try (DaxMapping view = file.map(0, PAGES * PAGE)) {
                for (int page = 0; page < PAGES; page += 2) {
                  view.putLong((long) page * PAGE, r);
                }
                for (int page = 1; page < PAGES; page += 2) {
                  view.putLong((long) page * PAGE, r); // joins both neighbours
                }
              }
              file.truncate(0);
            }
          });
      hammer.meanwhile(
          () -> {
            long from = 0;
            for (FileExtent e : file.extents()) {
              long before = from;
              assertTrue(e.offset() >= before && e.length() > 0, () -> e + " after " + before);
              from = e.offset() + e.length();
            }
          });
      hammer.run();
    }
  }
}
