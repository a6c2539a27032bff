package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.facts.FileStat;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A kill keeps all that has returned, and brings nothing back that was taken away")
class LogKillTest {
  private LogDisk disk;
  private DaxFile file;

  @BeforeEach
  void open() throws IOException {
    disk = LogDisk.format(8 << 20);
    file = disk.fs().open("/f", RW);
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    disk.close();
  }

  /** The tree knows all of it, durably. */
  private void tellTree() throws IOException {
    file.inode.fold(true);
    disk.fs().sync();
  }

  private void next(byte[] pages) throws IOException {
    disk.kill().assertFile("/f", pages);
  }

  @Test
  @DisplayName("What lies behind a truncate does not come back when the file grows again")
  void growsAgain() throws IOException { // 1
    file.append(page(1, 2, 3, 4));
    file.truncate(PAGE);
    next(pages(1));
    file.append(page(5));
    next(pages(1, 5));
  }

  @Test
  @DisplayName("A truncate keeps what it leaves, also if the tree never knew it")
  void truncateKeeps() throws IOException { // 2
    file.append(page(1, 2, 3, 4));
    file.truncate(2 * PAGE);
    next(pages(1, 2));
  }

  @Test
  @DisplayName("A hole that was punched stays one, until it is stored to again")
  void punched() throws IOException { // 4
    file.truncate(3 * PAGE);
    try (DaxMapping map = file.map(0, 3 * PAGE)) {
      map.putByte(PAGE, (byte) 1);
      next(patched(3, PAGE, 1));
      file.punchHole(PAGE, PAGE);
      next(pages(0, 0, 0));
      map.putByte(PAGE + 1, (byte) 2);
      next(patched(3, PAGE + 1, 2));
    }
  }

  private static byte[] patched(int pages, int at, int value) {
    byte[] bytes = new byte[pages * PAGE];
    bytes[at] = (byte) value;
    return bytes;
  }

  @Test
  @DisplayName("Of bytes that were punched within a block there are zeros")
  void punchedBytes() throws IOException { // 5
    file.write(0, page(7));
    file.punchHole(100, 100);
    byte[] expected = pages(7);
    Arrays.fill(expected, 100, 200, (byte) 0);
    next(expected);
  }

  @Test
  @DisplayName("Pages that were unwritten, stored to and zeroed are zeros, and stored to again")
  void zeroed() throws IOException { // 6
    file.allocate(0, 3 * PAGE, false);
    file.write(PAGE, page(9));
    next(pages(0, 9, 0));
    file.zeroRange(0, 3 * PAGE, false);
    next(pages(0, 0, 0));
    file.write(2 * PAGE, page(8));
    next(pages(0, 0, 8));
  }

  @Test
  @DisplayName("A file that gets the number of one that is gone has nothing of it")
  void numberAgain() throws IOException { // 7, 8
    file.append(page(1, 2));
    file.append(page(3));
    long number = file.inode.number;
    file.close();
    disk.fs().unlink("/f");
    LogDisk after = disk.kill();
    after.mount(); // gives it up
    DaxFileSystem fs = after.mount();
    try (DaxFile other = fs.open("/g", RW)) {
      assertEquals(number, other.inode.number, "its number comes again");
      after.kill().assertFile("/g", new byte[0]);
      other.append(page(4));
      after.kill().assertFile("/g", pages(4));
    }
    file = disk.fs().open("/f", RW);
  }

  @Test
  @DisplayName("A file without a name is gone, and the blocks that only records gave it are free")
  void withoutName() throws IOException { // 9
    LogDisk before = disk.kill();
    before.mount();
    long free = before.fs().statfs().freeBlocks();
    file.append(page(1, 2, 3));
    disk.fs().unlink("/f");
    file.append(page(4, 5, 6));
    LogDisk after = disk.kill();
    after.assertNone("/f");
    DaxFileSystem fs = after.mount();
    assertEquals(1, fs.statfs().inodes());
    fs.reclaim();
    assertTrue(fs.statfs().freeBlocks() >= free, fs.statfs() + ", before " + free);
  }

  @Test
  @DisplayName("A name shows the file that was renamed over it, and nothing of the one before")
  void renamedOver() throws IOException { // 10
    file.append(page(1, 2));
    try (DaxFile other = disk.fs().open("/g", RW)) {
      other.append(page(7));
      disk.fs().rename("/g", "/f");
      next(pages(7));
      file.append(page(3)); // nobody sees it any more
      other.append(page(8));
      next(pages(7, 8));
      disk.kill().assertNone("/g");
    }
  }

  @Test
  @DisplayName("What was appended by one name is there by it when the other one is gone")
  void twoNames() throws IOException { // 11
    disk.fs().link("/f", "/g");
    file.append(page(1, 2));
    disk.fs().unlink("/f");
    LogDisk after = disk.kill();
    after.assertNone("/f").assertFile("/g", pages(1, 2));
    assertEquals(1, after.mount().stat("/g").links());
  }

  @Test
  @DisplayName("What was set of a file stays as set, whatever is appended after it")
  void settingsStay() throws IOException { // 12
    disk.fs().setAttribute("/f", "user.a", new byte[] {1});
    disk.fs().setAttribute("/f", "user.b", new byte[] {2});
    file.append(page(1));
    disk.fs().removeAttribute("/f", "user.a");
    disk.fs().setPermissions("/f", 0600);
    disk.fs().setOwner("/f", 7, 8);
    file.setExtentSizeHint(4 * PAGE);
    file.append(page(2));
    LogDisk after = disk.kill();
    after.assertFile("/f", pages(1, 2));
    DaxFileSystem fs = after.mount();
    FileStat stat = fs.stat("/f");
    assertEquals(List.of("user.b"), fs.attributes("/f"));
    assertEquals(0600, stat.permissions());
    assertEquals(7, stat.uid());
    try (DaxFile again = fs.open("/f", RW)) {
      assertEquals(4 * PAGE, again.extentSizeHint());
    }
  }

  @Test
  @DisplayName("A time that was set is not undone by the log, and a later change is newer")
  void timesThatWereSet() throws IOException { // 27
    file.append(page(1));
    Instant set = Instant.parse("2031-05-06T07:08:09Z");
    disk.fs().setTimes("/f", set, null);
    assertEquals(set, disk.kill().mount().stat("/f").modified());
    tellTree();
    file.inode.setModified(0);
    file.write(0, page(1)); // a time alone is told
    assertTrue(disk.kill().mount().stat("/f").modified().isBefore(set));
    disk.fs().setTimes("/f", set, null);
    assertEquals(set, disk.kill().mount().stat("/f").modified());
    disk.fs().setTimes("/f", Instant.EPOCH, null); // the clock goes back
    file.append(page(2));
    Instant now = disk.fs().stat("/f").modified();
    assertTrue(now.isAfter(Instant.EPOCH));
    LogDisk after = disk.kill();
    assertEquals(now, after.mount().stat("/f").modified());
    assertArrayEquals(pages(1, 2), LogDisk.read(after.fs(), "/f"));
  }

  @Test
  @DisplayName("Storage that was allocated ahead stays the file's, whatever is appended")
  void allocatedStays() throws IOException { // 18
    file.append(page(1));
    file.allocate(PAGE, 4 * PAGE, true);
    file.append(page(2));
    tellTree();
    file.append(page(3));
    file.allocate(10 * PAGE, 2 * PAGE, true);
    file.append(page(4));
    file.fsync();
    LogDisk after = disk.kill();
    after.assertFile("/f", pages(1, 2, 3, 4));
    try (DaxFile again = after.mount().open("/f", RW)) {
      assertEquals(
          7 * (long) PAGE, again.extents().stream().mapToLong(e -> e.length()).sum(), "all blocks");
    }
  }

  @Test
  @DisplayName(
      "Behind the end there are zeros when the file grows, whatever a mapping stored there")
  void zerosBehindTheEnd() throws IOException { // 20
    file.write(0, FsFixture.bytes(100, 1));
    try (DaxMapping map = file.map(0, PAGE)) {
      map.putByte(200, (byte) 9);
      file.truncate(300);
      byte[] expected = new byte[300];
      Arrays.fill(expected, 0, 100, (byte) 1);
      next(expected);
      map.putByte(350, (byte) 9);
      file.write(399, FsFixture.bytes(1, 2));
      expected = Arrays.copyOf(expected, 400);
      expected[399] = 2;
      next(expected);
    }
  }

  @Test
  @DisplayName("After a clean close and a mount one append is one append")
  void afterACleanClose() throws IOException { // 44
    file.append(page(1, 2));
    file.close();
    disk.mount();
    file = disk.fs().open("/f", RW);
    file.append(page(3));
    next(pages(1, 2, 3));
    file.close();
    disk.mount();
    file = disk.fs().open("/f", RW);
    next(pages(1, 2, 3));
  }

  @Test
  @DisplayName("Files of which nothing was told are as they were")
  void nothingTold() throws IOException {
    file.append(page(1));
    tellTree();
    assertFalse(disk.kill().mount().exists("/g"));
    next(pages(1));
  }
}
