package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static io.jdax.tests.fs.TestFs.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.Sharing;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is there after power loss right after a call has returned. */
class DurabilityTest {
  private TestFs t;
  private DaxFile file;

  @BeforeEach
  void format() throws IOException {
    t = TestFs.recording(1 << 20);
    file = t.create("/f", bytes(4 * PAGE, 1));
    file.fsync();
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    t.close();
  }

  /** Something about what came up after the loss. */
  private interface Check {
    void of(TestFs left) throws IOException;
  }

  private void lose(Check check) throws IOException {
    try (TestFs left = t.survive()) {
      check.of(left);
    }
  }

  private byte[] left(String path) throws IOException {
    try (TestFs left = t.survive()) {
      return left.read(path);
    }
  }

  private static byte[] with(byte[] bytes, int at, int length, int value) {
    byte[] out = Arrays.copyOf(bytes, Math.max(bytes.length, at + length));
    Arrays.fill(out, at, at + length, (byte) value);
    return out;
  }

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
  @DisplayName("a file open for DSYNC or SYNC needs no fsync")
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
  @DisplayName("stores through a mapping are durable after persist, also into holes")
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
      "stores through a mapping are durable after fsync of any handle, after its close too")
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
  @DisplayName("stores through a pin are durable after fsync, while it is open and after")
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
  @DisplayName("truncate is durable on return, down and up, and what was cut off stays away")
  void truncate() throws IOException {
    file.truncate(PAGE + 7);
    assertArrayEquals(bytes(PAGE + 7, 1), left("/f"));
    file.truncate(2 * PAGE);
    assertArrayEquals(Arrays.copyOf(bytes(PAGE + 7, 1), 2 * PAGE), left("/f"));
    file.truncate(1L << 40);
    lose(left -> assertEquals(1L << 40, left.fs().stat("/f").sizeBytes()));
  }

  @Test
  @DisplayName("punchHole and zeroRange are durable on return, in bytes and in blocks")
  void punch() throws IOException {
    file.punchHole(PAGE - 10, PAGE + 20);
    byte[] expected = with(bytes(4 * PAGE, 1), PAGE - 10, PAGE + 20, 0);
    assertArrayEquals(expected, left("/f"));
    lose(left -> assertEquals(3 * PAGE, left.fs().stat("/f").allocatedBytes()));
    file.zeroRange(3 * PAGE + 1, 2 * PAGE, false);
    assertArrayEquals(with(expected, 3 * PAGE + 1, 2 * PAGE, 0), left("/f"));
  }

  @Test
  @DisplayName("allocate is durable on return: unwritten extents, and the size unless it is kept")
  void allocate() throws IOException {
    file.allocate(4 * PAGE, 2 * PAGE, true);
    lose(
        left -> {
          assertEquals(4 * PAGE, left.fs().stat("/f").sizeBytes());
          try (DaxFile f = left.fs().open("/f")) {
            assertEquals(ExtentState.UNWRITTEN, f.extents().getLast().state());
            assertEquals(6 * PAGE, f.stat().allocatedBytes());
          }
        });
    file.allocate(0, 8 * PAGE, false);
    assertArrayEquals(Arrays.copyOf(bytes(4 * PAGE, 1), 8 * PAGE), left("/f"));
  }

  @Test
  @DisplayName("create, link, symlink, rename, unlink and directories are durable on return")
  void names() throws IOException {
    DaxFileSystem fs = t.fs();
    t.create("/created").close();
    lose(left -> assertEquals(0, left.fs().stat("/created").sizeBytes()));
    fs.createDirectory("/dir");
    lose(left -> assertTrue(left.fs().list("/dir").toList().isEmpty()));
    fs.link("/f", "/dir/linked");
    lose(left -> assertEquals(2, left.fs().stat("/dir/linked").links()));
    fs.symlink("dir/linked", "/symbolic");
    lose(left -> assertEquals("dir/linked", left.fs().readSymlink("/symbolic")));
    fs.rename("/dir/linked", "/created");
    lose(
        left -> {
          assertArrayEquals(bytes(4 * PAGE, 1), left.read("/created"));
          assertFalse(left.fs().exists("/dir/linked"));
        });
    fs.removeDirectory("/dir");
    lose(left -> assertFalse(left.fs().exists("/dir")));
    fs.unlink("/f");
    lose(
        left -> {
          assertFalse(left.fs().exists("/f"));
          assertEquals(1, left.fs().stat("/created").links());
        });
  }

  @Test
  @DisplayName(
      "a file that was unlinked while open gives its blocks back at the mount after the loss")
  void unlinkedWhileOpen() throws IOException {
    long blocks = t.contentBlocks();
    try (DaxFile open = t.create("/open", bytes(20 * PAGE, 2))) {
      open.fsync();
      t.fs().unlink("/open");
      assertEquals(2, TestFs.read(open)[0]);
      lose(
          left -> {
            assertFalse(left.fs().exists("/open"));
            assertEquals(blocks, left.contentBlocks());
          });
    }
  }

  @Test
  @DisplayName("times, owner, permissions and extended attributes are durable after sync")
  void attributes() throws IOException {
    Instant then = Instant.parse("2020-02-02T02:02:02.123456789Z");
    t.fs().setTimes("/f", then, then);
    t.fs().setPermissions("/f", 0640);
    t.fs().setOwner("/f", 12, 34);
    t.fs().setAttribute("/f", "user.name", new byte[] {1, 2, 3});
    t.fs().setAttribute("/f", "user.large", bytes(60_000, 9));
    t.fs().sync();
    lose(
        left -> {
          assertEquals(then, left.fs().stat("/f").modified());
          assertEquals(0640, left.fs().stat("/f").permissions());
          assertEquals(34, left.fs().stat("/f").gid());
          assertArrayEquals(new byte[] {1, 2, 3}, left.fs().attribute("/f", "user.name"));
          assertArrayEquals(bytes(60_000, 9), left.fs().attribute("/f", "user.large"));
        });
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
  @DisplayName("unsynced appends: zeros or what was written, never what the blocks held before")
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
