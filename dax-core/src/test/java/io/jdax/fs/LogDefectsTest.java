package io.jdax.fs;

import static io.jdax.fs.LogDisk.PAGE;
import static io.jdax.fs.LogDisk.page;
import static io.jdax.fs.LogDisk.pages;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.Defect;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.log.LogVandal;
import io.jdax.fs.tree.TreeVandal;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Every defect of the log is found by its code, repaired, and gone")
class LogDefectsTest {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /** A region after a kill: what is live in its log, and one thing wrong. */
  static final class Killed {
    final LogDisk disk;
    final LogVandal log;
    final long file;
    final long frame;

    /** A block of another file, by the tree. */
    final long othersBlock;

    /** One that nothing has. */
    final long freeBlock;

    Killed(LogDisk disk, long file, long othersBlock) throws IOException {
      this.disk = disk;
      this.log = new LogVandal(disk.region);
      this.file = file;
      this.othersBlock = othersBlock;
      this.frame = newest(log, file);
      this.freeBlock = disk.freeFrames().getLast();
    }

    static long newest(LogVandal log, long file) {
      return log.framesOf(file).stream()
          .max(Comparator.comparingLong(log::firstNumber))
          .orElseThrow();
    }

    /** A record more of the file, in a frame that has room. */
    void add(long what, long first, long count, long place, long size) {
      log.add(frame, what, first, count, place, size, 0);
    }
  }

  /** Does one thing wrong. */
  interface Damage {
    void apply(Killed killed) throws IOException;
  }

  record Case(DefectCode code, String what, Damage damage) {
    @Override
    public String toString() {
      return code + " " + what;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            DefectCode.LG3,
            "gives it blocks that are not on the device",
            k -> k.add(LogVandal.EXTENT, 40, 5000, k.freeBlock << 1, 0)),
        new Case(
            DefectCode.LG3,
            "gives it blocks that are not on the device, or not in the largest file",
            k -> k.add(LogVandal.EXTENT, Long.MAX_VALUE - 3, 1, k.freeBlock << 1, 0)),
        new Case(
            DefectCode.LG3,
            "gives it blocks that are not on the device",
            k -> k.add(LogVandal.EXTENT, 40, -1, k.freeBlock << 1, 0)),
        new Case(
            DefectCode.LG3,
            "gives it blocks that are not on the device",
            k -> k.add(LogVandal.EXTENT, 40, 1, 1 << 1, 0)),
        new Case(DefectCode.LG3, "gives it -5 bytes", k -> k.add(LogVandal.SIZE, 0, 0, 0, -5)),
        new Case(
            DefectCode.LG3,
            "gives it 9223372036854775807 bytes",
            k -> k.add(LogVandal.SIZE, 0, 0, 0, Long.MAX_VALUE)),
        new Case(
            DefectCode.LG3,
            "is of no regular file",
            k -> {
              long frame = k.log.freeFrame();
              k.log.header(frame, 1, 1);
              k.log.add(frame, LogVandal.SIZE, 0, 0, 0, 5, 0);
            }),
        new Case(
            DefectCode.LG4,
            "to the file, which something else has",
            k -> k.add(LogVandal.EXTENT | LogVandal.SIZE, 40, 1, k.othersBlock << 1, 41 * PAGE)),
        new Case(
            DefectCode.LG4,
            "to the file, which something else has",
            k ->
                k.add(
                    LogVandal.EXTENT | LogVandal.SIZE,
                    40,
                    1,
                    k.log.place().firstFrame() << 1,
                    41 * PAGE)),
        new Case(
            DefectCode.LG4,
            "to the file, which something else has",
            k ->
                k.add(
                    LogVandal.EXTENT | LogVandal.SIZE,
                    40,
                    1,
                    TreeVandal.nodes(k.disk.region, 0).get(0) << 1,
                    41 * PAGE)),
        new Case(
            DefectCode.LG4, "by the tree", k -> k.add(LogVandal.EXTENT, 0, 1, k.freeBlock << 1, 0)),
        new Case(
            DefectCode.LG4,
            "to the file, which something else has",
            k -> {
              k.add(LogVandal.EXTENT, 40, 1, k.freeBlock << 1 | 1, 0);
              k.add(LogVandal.EXTENT, 50, 1, k.freeBlock << 1 | 1, 0);
            }),
        new Case(
            DefectCode.LG5,
            "as has another frame",
            k -> {
              long frame = k.log.freeFrame();
              k.log.header(frame, k.file, k.log.firstNumber(k.frame) + 1);
              k.log.add(frame, LogVandal.SIZE, 0, 0, 0, 5, 0);
            }),
        new Case(DefectCode.LG7, "does not know: 0x80", k -> k.add(0x80, 0, 0, 0, 0)),
        new Case(DefectCode.LG7, "does not know: 0x0", k -> k.add(0, 0, 0, 0, 0)),
        new Case(
            DefectCode.LG1,
            "are not all on the device",
            k -> superblocks(k.disk, s -> s.set(LONG, 168, 5000))),
        new Case(
            DefectCode.LG1,
            "are not all on the device",
            k -> superblocks(k.disk, s -> s.set(INT, 176, -3))),
        new Case(
            DefectCode.LG6,
            "is a node of the tree as well",
            k -> {
              long node = TreeVandal.nodes(k.disk.region, 0).getFirst();
              superblocks(
                  k.disk,
                  s -> {
                    s.set(LONG, 168, node);
                    s.set(INT, 176, 1);
                  });
            }));
  }

  private static void superblocks(LogDisk disk, TreeVandal.Vandalism change) {
    TreeVandal.superblock(disk.region, 0, change);
    TreeVandal.superblock(disk.region, 1, change);
  }

  /** Files whose first pages the tree knows, and live records of one of them. */
  private static Killed killed(LogDisk disk) throws IOException {
    DaxFileSystem fs = disk.fs();
    try (DaxFile other = fs.open("/other", RW);
        DaxFile file = fs.open("/f", RW)) {
      other.append(page(7, 7));
      file.append(page(1));
      fs.sync();
      file.inode.fold(true);
      other.inode.fold(true);
      file.inode.volume.tree.commitTree();
      file.append(page(2));
      long block = other.extents().getFirst().pfn();
      return new Killed(disk.kill(), file.inode.number, block);
    }
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("A defect is found, not mounted for writing, shown read-only, repaired, and gone")
  void found(Case defect) throws IOException {
    try (LogDisk original = LogDisk.format(4 << 20)) {
      Killed killed = killed(original);
      defect.damage.apply(killed);
      LogDisk disk = killed.disk;
      byte[] before = disk.image();
      List<Defect> defects = disk.check().defects();
      assertEquals(1, defects.size(), defects.toString());
      Defect one = defects.getFirst();
      assertEquals(defect.code, one.code(), one.message());
      assertTrue(one.message().contains(defect.what), one.message());
      assertArrayEquals(before, disk.image(), "a check changes nothing");

      assertThrows(CorruptMetadataException.class, disk::mount);
      assertEquals(defects, disk.check().defects(), "after a mount that was refused");

      if (defect.code == DefectCode.LG1 || defect.code == DefectCode.LG6) {
        repairAndWrite(disk, defects, pages(1)); // there is no log to tell more
        return;
      }
      try (LogDisk readOnly = LogDisk.of(before, ReadOnlyMedia::new)) {
        assertArrayEquals(pages(1, 2), LogDisk.read(readOnly.mount(), "/f"));
        assertArrayEquals(pages(7, 7), LogDisk.read(readOnly.fs(), "/other"));
        readOnly.unmount();
        assertArrayEquals(before, readOnly.image());
      }
      repairAndWrite(disk, defects, pages(1, 2));
    }
  }

  private static void repairAndWrite(LogDisk disk, List<Defect> defects, byte[] content)
      throws IOException {
    assertEquals(defects, FileSystemCheck.repair(disk.device).defects());
    disk.assertFile("/f", content).assertFile("/other", pages(7, 7));
    try (DaxFile file = disk.mount().open("/f", RW)) {
      file.append(page(8));
      byte[] longer = Arrays.copyOf(content, content.length + PAGE);
      Arrays.fill(longer, content.length, longer.length, (byte) 8);
      LogDisk after = disk.kill();
      assertTrue(after.check().log().liveRecords() > 0, "the log works again");
      after.assertFile("/f", longer);
    }
    disk.unmount();
    assertEquals(List.of(), disk.check().defects());
  }

  @Test
  @DisplayName("A frame that can't be read is found, and what the others tell is kept")
  void badFrame() throws IOException { // 55
    try (LogDisk original = LogDisk.format(4 << 20)) {
      Killed killed = killed(original);
      LogDisk disk = killed.disk;
      BadPage page = BadPage.in(disk.region, killed.log.freeFrame());
      List<Defect> defects = disk.check().defects();
      assertEquals(List.of(DefectCode.LG2), defects.stream().map(Defect::code).toList());
      assertThrows(CorruptMetadataException.class, disk::mount);
      FileSystemCheck.repair(disk.device);
      page.replace();
      disk.assertFile("/f", pages(1, 2)).assertFile("/other", pages(7, 7));
    }
  }

  @Test
  @DisplayName("Live, void, torn and nameless records are no defects, and are counted")
  void noDefects() throws IOException { // 50, 56
    try (LogDisk original = LogDisk.format(4 << 20)) {
      DaxFileSystem fs = original.fs();
      try (DaxFile file = fs.open("/f", RW);
          DaxFile gone = fs.open("/gone", RW)) {
        file.append(page(1));
        file.inode.fold(true);
        file.append(page(2));
        file.append(page(3));
        gone.append(page(9));
        fs.unlink("/gone");
        LogDisk disk = original.kill();
        LogVandal log = new LogVandal(disk.region);
        long newest = Killed.newest(log, file.inode.number);
        int torn = log.lineOfSize(newest, 2L * PAGE);
        disk.region.segment().set(ValueLayout.JAVA_BYTE, LogVandal.at(newest, torn) + 60, (byte) 5);
        fs.sync();
        CheckReport report = disk.check();
        assertEquals(List.of(), report.defects());
        assertTrue(report.log().recordsWithoutFile() > 0, report.log().toString());
        assertTrue(report.log().cutOffRecords() > 0, report.log().toString());
        disk.assertFile("/f", pages(1)).assertNone("/gone");
        DaxFileSystem after = disk.mount();
        after.reclaim();
        assertEquals(1, after.statfs().inodes() - 1, "the root and a file");
        long used = after.statfs().totalBlocks() - after.statfs().freeBlocks();
        long known = 2 + log.place().frames() + after.statfs().metadataBlocks() + 1;
        assertTrue(
            used <= known + 2, used + " blocks are in use, of which " + known + " are known");
      }
    }
  }

  @Test
  @DisplayName("The repair of another defect keeps what live records say")
  void otherRepair() throws IOException { // 50
    try (LogDisk original = LogDisk.format(4 << 20)) {
      Killed killed = killed(original);
      LogDisk disk = killed.disk;
      int older = 1 - TreeVandal.newestSlot(disk.region);
      disk.region.segment().set(ValueLayout.JAVA_BYTE, (long) older * PAGE + 100, (byte) 77);
      List<Defect> defects = disk.check().defects();
      assertEquals(List.of(DefectCode.SB1), defects.stream().map(Defect::code).toList());
      assertTrue(disk.check().log().liveRecords() > 0);
      FileSystemCheck.repair(disk.device);
      disk.assertFile("/f", pages(1, 2)).assertFile("/other", pages(7, 7));
    }
  }

  @Test
  @DisplayName("Records of an inode that no inode can have are found, and told to nobody")
  void impossibleInode() throws IOException { // 54
    for (long alias : new long[] {-1, 0, 1L << 56, Long.MIN_VALUE}) {
      try (LogDisk original = LogDisk.format(4 << 20)) {
        Killed killed = killed(original);
        long frame = killed.log.freeFrame();
        long number = alias > 1 ? alias + killed.file : alias;
        killed.log.header(frame, number, killed.log.firstNumber(killed.frame));
        killed.log.add(frame, LogVandal.SIZE, 0, 0, 0, 3, 0);
        List<Defect> defects = killed.disk.check().defects();
        assertEquals(
            List.of(DefectCode.LG3), defects.stream().map(Defect::code).toList(), "" + alias);
        assertThrows(CorruptMetadataException.class, killed.disk::mount);
        FileSystemCheck.repair(killed.disk.device);
        killed.disk.assertFile("/f", pages(1, 2));
      }
    }
  }
}
