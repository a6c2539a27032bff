package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static io.jdax.tests.fs.TestFs.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which bytes are there after power loss right after a call has returned. */
class DataDurabilityTest extends DurabilityFixture {
  @Test
  @DisplayName("write() into blocks that are there is durable on return")
  void overwrite() throws IOException {
    file.write(5000, MemorySegment.ofArray(bytes(300, 2)));
    assertArrayEquals(with(bytes(4 * PAGE, 1), 5000, 300, 2), left("/f"));
  }

  @Test
  @DisplayName("write() and append() beyond the end are durable after fsync, with the size")
  void extendAndSync() throws IOException {
    file.write(6 * PAGE + 10, MemorySegment.ofArray(bytes(20, 2)));
    file.append(MemorySegment.ofArray(bytes(5, 3)));
    file.fsync();
    byte[] expected = with(with(bytes(4 * PAGE, 1), 6 * PAGE + 10, 20, 2), 6 * PAGE + 30, 5, 3);
    assertArrayEquals(expected, left("/f"));
  }

  @Test
  @DisplayName("A file open for DSYNC or SYNC needs no fsync")
  void syncedModes() throws IOException {
    for (OpenMode mode : new OpenMode[] {OpenMode.DSYNC, OpenMode.SYNC}) {
      String path = "/" + mode;
      try (DaxFile synced = t.fs().open(path, OpenMode.WRITE, OpenMode.CREATE, mode)) {
        synced.write(PAGE, MemorySegment.ofArray(bytes(100, 2)));
        assertArrayEquals(with(new byte[PAGE], PAGE, 100, 2), left(path));
        synced.append(MemorySegment.ofArray(bytes(PAGE, 3)));
        assertArrayEquals(
            with(with(new byte[PAGE], PAGE, 100, 2), PAGE + 100, PAGE, 3), left(path));
      }
    }
  }

  @Test
  @DisplayName("Stores through a mapping are durable after persist, also into holes")
  void storesAndPersist() throws IOException {
    file.truncate(8 * PAGE);
    try (DaxMapping m = file.map(0, 8 * PAGE)) {
      m.fill(100, 50, (byte) 2);
      m.fill(6 * PAGE + 1, 5, (byte) 3);
      m.force();
    }
    byte[] expected = with(with(bytes(4 * PAGE, 1), 100, 50, 2), 6 * PAGE + 1, 5, 3);
    assertArrayEquals(Arrays.copyOf(expected, 8 * PAGE), left("/f"));
  }

  @Test
  @DisplayName(
      "Stores through a mapping are durable after fsync of any handle, after its close too")
  void storesAndFsync() throws IOException {
    file.truncate(8 * PAGE);
    try (DaxMapping m = file.map(0, 8 * PAGE)) {
      m.putLong(5 * PAGE, 5);
    }
    try (DaxFile other = t.create("/f")) {
      other.fsync();
    }
    assertEquals(5, left("/f")[5 * PAGE]);
  }

  @Test
  @DisplayName("fsync makes durable what was written before the file was last closed")
  void fsyncAfterReopening() throws IOException {
    t.create("/g", bytes(100, 2)).close();
    try (DaxFile again = t.create("/g")) {
      again.fsync();
      assertArrayEquals(bytes(100, 2), left("/g"));
    }
  }

  @Test
  @DisplayName("I9 a SYNC mapping's metadata is durable before the store: only lines are persisted")
  void syncMapping() throws IOException {
    file.truncate(8 * PAGE);
    try (DaxMapping m = file.map(0, 8 * PAGE, Sharing.SHARED, true, HolePolicy.ZERO)) {
      m.putLong(7 * PAGE, 7);
      lose(
          left -> {
            try (DaxFile f = left.fs().open("/f")) {
              assertEquals(7 * PAGE, f.nextData(4 * PAGE), "the block is the file's");
            }
          });
      m.persist(7 * PAGE, 8);
      assertEquals(7, left("/f")[7 * PAGE]);
    }
  }

  @Test
  @DisplayName("Stores through a pin are durable after fsync, while it is open and after")
  void pins() throws IOException {
    try (Pin pin = file.pin(0, PAGE, PinAccess.WRITE, true)) {
      pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 9, (byte) 2);
      file.fsync();
      assertEquals(2, left("/f")[9]);
      pin.segments().getFirst().set(ValueLayout.JAVA_BYTE, 9, (byte) 3);
    }
    file.fsync();
    assertEquals(3, left("/f")[9]);
  }

  @Test
  @DisplayName("sync makes everything durable: sizes, stores, all files")
  void sync() throws IOException {
    file.truncate(8 * PAGE);
    try (DaxMapping m = file.map(0, 8 * PAGE);
        DaxFile g = t.create("/g", bytes(100, 4))) {
      m.putLong(6 * PAGE, 6);
      t.fs().sync();
      assertEquals(6, left("/f")[6 * PAGE]);
      assertArrayEquals(bytes(100, 4), left("/g"));
      assertTrue(g.isOpen());
    }
  }

  @Test
  @DisplayName("Unsynced appends: zeros or what was written, never what the blocks held before")
  void unsyncedAppends() throws IOException {
    t.create("/old", bytes(100 * PAGE, 0x66)).close();
    t.fs().sync();
    t.fs().unlink("/old");
    t.fs().sync();
    try (DaxFile log = t.create("/log")) {
      for (int i = 0; i < 60; i++) {
        log.append(MemorySegment.ofArray(bytes(3000, 2)));
        if (i % 7 == 0) {
          file.fsync(); // may commit the log's size, or not
        }
        byte[] left = left("/log");
        assertTrue(left.length <= log.sizeBytes(), "longer than the file ever was");
        for (int at = 0; at < left.length; at++) {
          assertTrue(left[at] == 0 || left[at] == 2, left[at] + " at " + at + ", append " + i);
        }
      }
      log.fsync();
      assertArrayEquals(bytes(180_000, 2), left("/log"));
    }
  }
}
