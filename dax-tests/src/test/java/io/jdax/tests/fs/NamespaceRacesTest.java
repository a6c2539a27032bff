package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static io.jdax.tests.fs.TestFs.bytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Names that change while files are opened by them. */
class NamespaceRacesTest {
  private static long number(DaxFile file) throws IOException {
    byte[] got = TestFs.read(file);
    assertEquals(2 * PAGE, got.length, "a file that was renamed into place is whole");
    for (int i = 0; i < got.length; i++) {
      assertEquals(got[0], got[i], "bytes of two files");
    }
    return got[0];
  }

  @Test
  @DisplayName("rename against open: the name is always there, and is the old file or the new one")
  void renameAgainstOpen() throws Exception {
    int rounds = Hammer.rounds(1_500);
    AtomicLong renamed = new AtomicLong(1);
    try (TestFs t = TestFs.format(2 << 20)) {
      t.create("/name", bytes(2 * PAGE, 1)).close();
      t.remount();
      long blocks = t.contentBlocks();
      Hammer hammer = new Hammer();
      hammer.driver(
          () -> {
            for (int r = 2; r <= rounds && hammer.on(); r++) {
              t.create("/next", bytes(2 * PAGE, r & 0x7f)).close();
              t.fs().rename("/next", "/name");
              renamed.set(r);
            }
          });
      for (int i = 0; i < 2; i++) {
        hammer.meanwhile(
            () -> {
              long before = renamed.get();
              try (DaxFile file = t.fs().open("/name")) {
                long number = number(file);
                long after = renamed.get() + 1;
                boolean among = false;
                for (long r = before; r <= after && !among; r++) {
                  among = (r & 0x7f) == number;
                }
                assertTrue(among, number + " is not of " + before + " to " + after);
              }
            });
      }
      hammer.meanwhile(
          () -> assertEquals(2 * PAGE, t.fs().stat("/name").sizeBytes(), "size by name"));
      hammer.run();
      t.requireContentBlocks(blocks); // what was replaced has given its blocks back
      assertEquals(List.of("name"), t.fs().list("/").toList().stream().map(e -> e.name()).toList());
    }
  }

  @Test
  @DisplayName(
      "Unlink against open and last close: an open file stays whole, and its blocks go with it")
  void unlinkAgainstOpen() throws Exception {
    int rounds = Hammer.rounds(1_000);
    AtomicLong opened = new AtomicLong();
    try (TestFs t = TestFs.format(4 << 20)) {
      t.remount();
      long blocks = t.contentBlocks();
      Hammer hammer = new Hammer();
      hammer.driver(
          () -> {
            for (int r = 1; hammer.on() && (r <= rounds || opened.get() < 50); r++) {
              t.create("/tmp", bytes(2 * PAGE, r & 0x7f)).close();
              t.fs().rename("/tmp", "/gone");
              t.fs().stat("/gone");
              t.fs().unlink("/gone");
              assertThrows(NoSuchFileException.class, () -> t.fs().open("/gone"));
            }
          });
      for (int i = 0; i < 2; i++) {
        hammer.meanwhile(
            () -> {
              try (DaxFile file = t.fs().open("/gone");
                  DaxMapping m = file.map(0, 2 * PAGE)) {
                long number = number(file);
                assertEquals(number, m.getByte(PAGE));
                // Others come and go, with blocks that must not be these.
                for (int j = 0; j < 20; j++) {
                  assertEquals(number, m.getByte(j * 300L));
                }
                assertEquals(number, number(file));
                opened.incrementAndGet();
              } catch (NoSuchFileException e) {
                Thread.onSpinWait();
              }
            });
      }
      hammer.run();
      t.requireContentBlocks(blocks);
      assertTrue(t.fs().list("/").toList().isEmpty());
    }
  }

  @Test
  @DisplayName("create against create: of several CREATE_NEW of one name one succeeds")
  void createAgainstCreate() throws Exception {
    int rounds = Hammer.rounds(300);
    int threads = 3;
    AtomicLong made = new AtomicLong();
    try (TestFs t = TestFs.format(2 << 20)) {
      Hammer hammer = new Hammer();
      for (int i = 0; i < threads; i++) {
        int me = i;
        hammer.thread(
            () -> {
              for (int r = 0; r < rounds; r++) {
                hammer.meet();
                try (DaxFile file =
                    t.fs().open("/new", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE_NEW)) {
                  made.incrementAndGet();
                  file.append(MemorySegment.ofArray(bytes(8, me)));
                } catch (FileAlreadyExistsException e) {
                  Thread.onSpinWait();
                }
                hammer.meet();
                if (me == 0) {
                  assertEquals(r + 1, made.get(), "files made");
                  t.fs().unlink("/new");
                }
              }
            });
      }
      hammer.run();
    }
  }

  @Test
  @DisplayName("append against append: every record is there once, whole, where append said")
  void appendAgainstAppend() throws Exception {
    int threads = 3;
    int records = Hammer.rounds(400);
    int length = 1000; // over page boundaries, now and then
    try (TestFs t = TestFs.format(8 << 20);
        DaxFile file = t.create("/log")) {
      Hammer hammer = new Hammer();
      for (int i = 0; i < threads; i++) {
        int me = i;
        hammer.thread(
            () -> {
              try (DaxFile mine = t.create("/log")) {
                for (int r = 0; r < records && hammer.on(); r++) {
                  byte[] record = bytes(length, me + 1);
                  long at = mine.append(MemorySegment.ofArray(record));
                  byte[] got = new byte[length];
                  assertEquals(length, mine.read(at, MemorySegment.ofArray(got)));
                  assertEquals(-1, java.util.Arrays.mismatch(record, got));
                }
              }
            });
      }
      hammer.run();
      byte[] all = TestFs.read(file);
      assertEquals(threads * records * length, all.length);
      int[] count = new int[threads + 1];
      for (int at = 0; at < all.length; at += length) {
        count[all[at]]++;
        assertEquals(
            -1,
            java.util.Arrays.mismatch(all, at, at + length, bytes(length, all[at]), 0, length),
            "record at " + at);
      }
      for (int i = 1; i <= threads; i++) {
        assertEquals(records, count[i]);
      }
    }
  }
}
