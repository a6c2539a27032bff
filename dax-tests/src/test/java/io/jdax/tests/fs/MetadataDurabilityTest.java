package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static io.jdax.tests.fs.TestFs.bytes;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Which sizes, blocks, names and attributes are there after power loss right after a call has
 * returned.
 */
class MetadataDurabilityTest extends DurabilityFixture {
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
      "A file that was unlinked while open gives its blocks back at the mount after the loss")
  void unlinkedWhileOpen() throws IOException {
    long[] blocks = new long[1];
    lose(left -> blocks[0] = left.contentBlocks());
    try (DaxFile open = t.create("/open", bytes(60 * PAGE, 2))) {
      open.fsync();
      t.fs().unlink("/open");
      assertEquals(2, TestFs.read(open)[0]);
      lose(
          left -> {
            assertFalse(left.fs().exists("/open"));
            left.requireContentBlocks(blocks[0]);
          });
    }
  }

  @Test
  @DisplayName("Times, owner, permissions and extended attributes are durable after sync")
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
}
