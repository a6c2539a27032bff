package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static io.jdax.fs.Modes.RW;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.log.LogVandal;
import io.jdax.persist.RecordingPersister;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A block that a record names belongs to its file, and to nobody else")
class LogBlocksTest {
  private static final int SIZE = 4 << 20;

  @Test
  @DisplayName("A replay gives the tree's nodes no block that a later record names")
  void replayTakesNoNamedBlock() throws IOException { // 21
    int others = 6;
    try (LogDisk disk = LogDisk.format(8 << 20)) {
      DaxFileSystem fs = disk.fs();
      List<DaxFile> files = new ArrayList<>();
      for (int i = 0; i < others; i++) {
        files.add(fs.open("/f" + i, RW));
        fs.setAttribute("/f" + i, "user.a", new byte[3000]); // each in a leaf of its own
      }
      DaxFile last = fs.open("/last", RW);
      last.write(0, page(7));
      last.inode.fold(true);
      last.fsync();
      for (DaxFile file : files) {
        file.append(page(1));
      }
      last.append(page(8));
      LogDisk after = disk.kill();
      for (int i = 0; i < others; i++) {
        after.assertFile("/f" + i, pages(1));
      }
      after.assertFile("/last", pages(7, 8));
      for (DaxFile file : files) {
        file.close();
      }
      last.close();
    }
  }

  /** One file is given up in one of these ways. */
  interface GivingUp {
    void run(DaxFileSystem fs, DaxFile file) throws IOException;
  }

  private static final GivingUp TRUNCATE = (fs, file) -> file.truncate(0);
  private static final GivingUp PUNCH = (fs, file) -> file.punchHole(0, 200 * PAGE);
  private static final GivingUp UNLINK = (fs, file) -> fs.unlink("/a");

  private static List<Arguments> givenUp() {
    List<Arguments> all = new ArrayList<>();
    for (boolean known : new boolean[] {false, true}) {
      all.add(Arguments.of("truncate", known, TRUNCATE));
      all.add(Arguments.of("punch", known, PUNCH));
      all.add(Arguments.of("unlink", known, UNLINK));
    }
    return all;
  }

  @ParameterizedTest(name = "{0}, known to the tree: {1}")
  @MethodSource("givenUp")
  @DisplayName("Blocks that one file gives up and another gets have one owner after every crash")
  void oneOwner(String name, boolean known, GivingUp how) throws IOException { // 13, 14, 15, 59
    try (LogDisk disk = LogDisk.recording(2 << 20)) {
      DaxFileSystem fs = disk.fs();
      DaxFile a = fs.open("/a", RW);
      DaxFile b = fs.open("/b", RW);
      a.write(0, FsFixture.bytes(200 * PAGE, 1));
      if (known) {
        a.inode.fold(true);
        fs.sync();
      } else {
        a.fsync();
      }
      how.run(fs, a);
      byte[] expected = new byte[200 * PAGE];
      for (int i = 0; i < 200; i += 10) { // more than is free without a's blocks
        b.append(FsFixture.bytes(10 * PAGE, i + 1));
        Arrays.fill(expected, i * PAGE, (i + 10) * PAGE, (byte) (i + 1));
        if (i % 30 == 0 || i > 170) {
          b.fsync();
          byte[] now = Arrays.copyOf(expected, (i + 10) * PAGE);
          try (LogDisk after = LogDisk.of(((RecordingPersister) disk.persister).image())) {
            after.assertFile("/b", now);
          }
          disk.assertAfterKill("/b", now);
        }
      }
      a.close();
      b.close();
    }
  }

  @Test
  @DisplayName(
      "A block that has become a node of the tree stays one, whatever was told of it before")
  void becomesANode() throws IOException { // 17
    try (LogDisk disk = LogDisk.format(2 << 20)) {
      DaxFileSystem fs = disk.fs();
      try (DaxFile a = fs.open("/a", RW)) {
        a.write(0, FsFixture.bytes(300 * PAGE, 1));
        fs.unlink("/a");
      }
      fs.reclaim();
      for (int i = 0; i < 60; i++) {
        fs.open("/f" + i, RW).close();
        fs.setAttribute("/f" + i, "user.a", new byte[3000]);
      }
      LogDisk after = disk.kill();
      after.assertSound();
      assertEquals(3000, requireNonNull(after.mount().attribute("/f59", "user.a")).length);
      assertFalse(after.fs().exists("/a"));
    }
  }

  @Test
  @DisplayName("On a device that files have filled up all that was accepted is there after a kill")
  void fullDevice() throws IOException { // 19, 41, 42
    try (LogDisk disk = LogDisk.format(SIZE)) {
      int count = 10;
      DaxFile[] files = new DaxFile[count];
      for (int i = 0; i < count; i++) {
        files[i] = disk.fs().open("/f" + i, RW);
      }
      int[] pages = new int[count];
      int refused = 0;
      for (int i = 0; refused < count; i = (i + 1) % count) {
        try {
          files[i].append(page(i + 1)); // each in pieces, with storage ahead
          pages[i]++;
          refused = 0;
        } catch (NoSpaceException e) {
          refused++;
        }
      }
      LogDisk after = disk.kill();
      assertEquals(List.of(), after.check().defects());
      DaxFileSystem fs = after.mount();
      for (int i = 0; i < count; i++) {
        byte[] expected = new byte[pages[i] * PAGE];
        Arrays.fill(expected, (byte) (i + 1));
        assertArrayEquals(expected, LogDisk.read(fs, "/f" + i));
        files[i].close();
      }
      fs.unlink("/f0");
      fs.reclaim();
      fs.createDirectory("/d");
      after.unmount();
      assertEquals(List.of(), after.check().defects());
    }
  }

  @Test
  @DisplayName("A block that only a torn record names is free after the mount")
  void tornRecordLeaks() throws IOException { // 56
    try (LogDisk disk = LogDisk.format(SIZE)) {
      DaxFile file = disk.fs().open("/f", RW);
      disk.fs().sync();
      long before = free(disk.kill());
      file.append(page(1, 2, 3, 4));
      LogDisk after = disk.kill();
      LogVandal log = new LogVandal(after.region);
      long frame = log.framesOf(file.inode.number).getFirst();
      after.region.segment().set(ValueLayout.JAVA_BYTE, LogVandal.at(frame, 1) + 9, (byte) 77);
      assertEquals(before, free(after));
      file.close();
    }
  }

  /** Free blocks after a mount, when nothing waits for a commit any more. */
  private static long free(LogDisk disk) throws IOException {
    DaxFileSystem fs = disk.mount();
    fs.createDirectory("/d");
    fs.reclaim();
    long free = fs.statfs().freeBlocks();
    disk.unmount();
    return free;
  }
}
