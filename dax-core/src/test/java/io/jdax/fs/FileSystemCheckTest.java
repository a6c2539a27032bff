package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.error.DeviceBusyException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.tree.Change;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.PowerFailures;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Every defect is found by its code, and after the repair there is none")
class FileSystemCheckTest {
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final byte[] TEXT = "kept".getBytes(StandardCharsets.UTF_8);

  /** Does one thing wrong. */
  interface Damage {
    void apply(Disk disk) throws IOException;
  }

  /**
   * A defect.
   *
   * @param what in its message
   * @param others codes that may come with it
   */
  record Case(DefectCode code, String what, Set<DefectCode> others, Damage damage) {
    @Override
    public String toString() {
      return code + " " + what;
    }
  }

  private static Case of(DefectCode code, String what, Damage damage, DefectCode... others) {
    EnumSet<DefectCode> with = EnumSet.of(code);
    with.addAll(List.of(others));
    return new Case(code, what, with, damage);
  }

  /** A change of the tree behind the file system's back. */
  interface Edit {
    void apply(Change change) throws IOException;
  }

  /** A file system with a little of everything, mounted or not. */
  static final class Disk implements AutoCloseable {
    final Region region = Region.anonymous("disk", 512 << 12);
    final PmemBlockDevice device;
    final long dir;
    final long sub;
    final long file;
    final long twin;
    final long link;

    Disk() throws IOException {
      device = PmemBlockDevice.of(region, Persister.of(region), 4096);
      DaxFileSystem.format(device, "check");
      try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
        fs.createDirectory("/dir");
        fs.createDirectory("/dir/sub");
        write(fs, "/dir/file");
        write(fs, "/twin");
        write(fs, "/a");
        fs.link("/a", "/b");
        fs.symlink("/dir/file", "/link");
        fs.setAttribute("/twin", "user.x", new byte[3000]);
        for (int i = 0; i < 120; i++) {
          try (DaxFile f = fs.open("/dir/sub/n" + i, OpenMode.WRITE, OpenMode.CREATE)) {
            f.truncate(i);
          }
        }
        dir = fs.stat("/dir").inode();
        sub = fs.stat("/dir/sub").inode();
        file = fs.stat("/dir/file").inode();
        twin = fs.stat("/twin").inode();
        link = fs.lstat("/link").inode();
      }
    }

    static void write(DaxFileSystem fs, String path) throws IOException {
      try (DaxFile f = fs.open(path, OpenMode.WRITE, OpenMode.CREATE)) {
        f.write(0, MemorySegment.ofArray(TEXT));
        f.write(5 << 12, MemorySegment.ofArray(new byte[8192]));
        f.fsync();
      }
    }

    static byte[] read(DaxFileSystem fs, String path) throws IOException {
      byte[] bytes = new byte[TEXT.length];
      try (DaxFile f = fs.open(path)) {
        f.read(0, MemorySegment.ofArray(bytes));
      }
      return bytes;
    }

    /** Edits the tree in one commit, and mounts no more. */
    void edit(Edit edit) throws IOException {
      Volume volume = Mounting.mount(device, MountOptions.DEFAULTS.withParallelism(1));
      try {
        try (Change change = volume.tree.change()) {
          edit.apply(change);
          change.done();
        }
        volume.tree.commit();
      } finally {
        volume.frames.close();
        volume.tree.close();
        volume.space.close();
        Media.leave(region);
      }
    }

    /** Edits a record. */
    void record(long inode, Namespace.Edit edit) throws IOException {
      edit(
          change -> {
            Item item = new Item();
            assertTrue(change.get(Keys.hi(inode, Keys.INODE), 0, item));
            InodeRecord r = InodeRecord.of("disk", item);
            edit.apply(r);
            change.put(Keys.hi(inode, Keys.INODE), 0, r.toBytes());
          });
    }

    void extent(long inode, long first, long pfn, long count) throws IOException {
      edit(change -> putExtent(change, inode, first, pfn, count));
    }

    static void putExtent(Change change, long inode, long first, long pfn, long count)
        throws IOException {
      byte[] value = new byte[ExtentRecord.BYTES];
      ExtentRecord.encode(MemorySegment.ofArray(value), pfn << 1, count);
      change.put(Keys.hi(inode, Keys.EXTENT), first, value);
    }

    long blockOf(String path) throws IOException {
      try (DaxFileSystem fs = DaxFileSystem.mount(device);
          DaxFile f = fs.open(path)) {
        return f.extents().getFirst().pfn();
      }
    }

    long key(Change change, long directory, String name, Item item) throws IOException {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      long hi = Keys.hi(directory, Keys.DIRENT);
      for (long at = 0; change.ceiling(hi, at, item) && item.hi() == hi; at = item.lo() + 1) {
        if (DirentRecord.isNamed(item, bytes)) {
          return item.lo();
        }
      }
      throw new AssertionError("no name " + name);
    }

    void entry(long directory, String name, DirentRecord value) throws IOException {
      edit(
          change ->
              change.put(
                  Keys.hi(directory, Keys.DIRENT),
                  key(change, directory, name, new Item()),
                  value.toBytes()));
    }

    void remove(long directory, String name) throws IOException {
      edit(
          change ->
              change.delete(
                  Keys.hi(directory, Keys.DIRENT), key(change, directory, name, new Item())));
    }

    /** Limits that nothing reaches. */
    void quota(String path) throws IOException {
      try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
        fs.setQuota(path, new Quota(1 << 30, 1000));
      }
    }

    /** An orphan's record, and nothing that would mount and reap it. */
    void markOrphan(long inode, byte[] value) throws IOException {
      edit(change -> change.put(Keys.ORPHANS, inode, value));
    }

    UUID uuid() throws IOException {
      return TreeSurvey.of(region).info().uuid();
    }

    byte[] image() {
      return region.segment().toArray(ValueLayout.JAVA_BYTE);
    }

    long leaf(int i) throws IOException {
      return TreeVandal.nodes(region, 0).get(i);
    }

    @Override
    public void close() throws IOException {
      region.close();
    }
  }

  private static byte[] bytes(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private static DirentRecord entry(long inode, FileType type, String name) {
    return new DirentRecord(inode, type, bytes(name));
  }

  private static final DefectCode[] AFTER_A_LOST_NODE =
      EnumSet.complementOf(EnumSet.of(DefectCode.SB2, DefectCode.ND7)).toArray(DefectCode[]::new);

  static Stream<Case> cases() {
    return Stream.of(
        of(
            DefectCode.SB1,
            "block 0 (offset 0): superblock slot A has a bad checksum; slot B is used, which is commit ",
            d -> d.region.segment().set(ValueLayout.JAVA_BYTE, 100, (byte) 77)),
        of(
            DefectCode.SB1,
            "block 1 (offset 4096): superblock slot B has no magic number; slot A is used",
            d -> d.region.segment().set(ValueLayout.JAVA_BYTE, 4096, (byte) 77)),
        of(
            DefectCode.SB1,
            "tells of features that this release does not know",
            d ->
                TreeVandal.superblock(
                    d.region,
                    1 - TreeVandal.newestSlot(d.region),
                    s -> s.set(LONG, TreeVandal.SUPERBLOCK_INCOMPATIBLE, 1L << 40))),
        of(
            DefectCode.SB3,
            "is damaged, and that of commit",
            d -> {
              long root = TreeVandal.nodes(d.region, TreeVandal.rootLevel(d.region)).getFirst();
              d.region.segment().set(ValueLayout.JAVA_BYTE, (root << 12) + 99, (byte) 77);
            },
            DefectCode.ND2),
        of(
            DefectCode.SB4,
            "the superblock tells 99 nodes",
            d ->
                TreeVandal.superblock(
                    d.region,
                    TreeVandal.newestSlot(d.region),
                    s -> s.set(LONG, TreeVandal.SUPERBLOCK_NODES, 99))),
        of(
            DefectCode.ND2,
            "node of level 0 has a bad checksum; lost: from inode",
            d -> d.region.segment().set(ValueLayout.JAVA_BYTE, (d.leaf(5) << 12) + 99, (byte) 77),
            AFTER_A_LOST_NODE),
        of(
            DefectCode.ND3,
            "has level 7 where 0 is expected",
            d ->
                TreeVandal.node(
                    d.region, d.leaf(5), s -> s.set(SHORT, TreeVandal.NODE_LEVEL, (short) 7)),
            AFTER_A_LOST_NODE),
        of(
            DefectCode.ND4,
            "values from byte 5000 on",
            d ->
                TreeVandal.node(
                    d.region, d.leaf(5), s -> s.set(SHORT, TreeVandal.NODE_VALUES, (short) 5000)),
            AFTER_A_LOST_NODE),
        of(
            DefectCode.ND5,
            "has a key out of order in slot 1",
            d ->
                TreeVandal.node(
                    d.region, d.leaf(5), s -> s.set(LONG, TreeVandal.NODE_SLOTS + 20, 0)),
            AFTER_A_LOST_NODE),
        of(
            DefectCode.ND6,
            "is in use twice",
            d -> {
              long first = d.leaf(0);
              long root = TreeVandal.nodes(d.region, TreeVandal.rootLevel(d.region)).getFirst();
              TreeVandal.node(
                  d.region, root, s -> s.set(LONG, TreeVandal.NODE_SLOTS + 24 * 2 + 16, first));
            },
            AFTER_A_LOST_NODE),
        of(
            DefectCode.IN1,
            "item 3 of kind 9 belongs nowhere",
            d -> d.edit(c -> c.put(Keys.hi(d.file, 9), 3, TEXT))),
        of(
            DefectCode.IN2,
            "the record has a bad length, type or size",
            d -> d.edit(c -> c.put(Keys.hi(d.file, Keys.INODE), 0, new byte[5]))),
        of(
            DefectCode.IN2,
            "the record has a bad length, type or size",
            d -> d.edit(c -> c.put(Keys.hi(d.sub, Keys.INODE), 0, new byte[InodeRecord.BYTES]))),
        of(
            DefectCode.IN3,
            "contents of a file, but no record",
            d -> d.edit(c -> c.delete(Keys.hi(d.file, Keys.INODE), 0))),
        of(
            DefectCode.IN4,
            "the root directory is missing",
            d -> d.edit(c -> c.deleteRange(Keys.hi(1, 0), 0, Keys.hi(2, 0), 0)),
            DefectCode.CN1),
        of(
            DefectCode.IN4,
            "the root is a file",
            d -> d.record(Keys.ROOT, r -> r.type = FileType.REGULAR)),
        of(
            DefectCode.IN5,
            "a directory with 1 items that it can't have",
            d -> d.extent(d.sub, 7, 400, 1)),
        of(
            DefectCode.IN6,
            "a size of 9223372036854775807 bytes",
            d -> d.record(d.twin, r -> r.sizeBytes = Long.MAX_VALUE)),
        of(
            DefectCode.IN6,
            "an extent size hint of -5 blocks",
            d -> d.record(d.twin, r -> r.hintBlocks = -5)),
        of(
            DefectCode.IN7,
            "a target of 9 bytes, of which 0 are there",
            d -> d.edit(c -> c.delete(Keys.hi(d.link, Keys.SYMLINK), 0)),
            DefectCode.DE4),
        of(
            DefectCode.IN7,
            "a target of 1 bytes, of which 9 are there",
            d -> d.record(d.link, r -> r.sizeBytes = 1)),
        of(
            DefectCode.IN8,
            "an extended attribute has no head",
            d -> d.edit(c -> c.put(Keys.hi(d.twin, Keys.XATTR), 5, TEXT))),
        of(
            DefectCode.IN8,
            "an extended attribute has a hole in its value",
            d ->
                d.edit(
                    c -> {
                      Item item = new Item();
                      assertTrue(c.ceiling(Keys.hi(d.twin, Keys.XATTR), 0, item));
                      c.delete(item.hi(), item.lo() + 2);
                    })),
        of(
            DefectCode.EX1,
            "a record of 4 bytes",
            d -> d.edit(c -> c.put(Keys.hi(d.twin, Keys.EXTENT), 100, TEXT))),
        of(DefectCode.EX1, "an extent of -1 blocks", d -> d.extent(d.twin, 100, 400, -1)),
        of(
            DefectCode.EX2,
            "400 blocks do not lie on the device of 512",
            d -> d.extent(d.twin, 100, 400, 400)),
        of(
            DefectCode.EX3,
            "2 blocks beyond the largest file",
            d -> d.extent(d.twin, (Inode.MAX_BYTES >>> 12) - 1, 400, 2)),
        of(
            DefectCode.EX4,
            "overlaps the one before it, which ends at 7",
            d -> d.extent(d.twin, 6, 400, 2)),
        of(
            DefectCode.EX5,
            "1 of the 1 blocks of the extent at block 9 of the file are in use already",
            d -> {
              long pfn = d.blockOf("/dir/file");
              d.extent(d.twin, 9, pfn, 1);
            }),
        of(
            DefectCode.EX5,
            "are in use already",
            d -> {
              long node = TreeVandal.nodes(d.region, 0).getLast();
              d.extent(d.twin, 9, node, 1);
            }),
        of(
            DefectCode.DE1,
            "an entry of 4 bytes is none",
            d -> d.edit(c -> c.put(Keys.hi(d.sub, Keys.DIRENT), 8, TEXT)),
            DefectCode.LK2),
        of(
            DefectCode.DE2,
            "the name 'a/b' can't be",
            d -> d.entry(d.dir, "file", entry(d.file, FileType.REGULAR, "a/b")),
            DefectCode.CN1),
        of(
            DefectCode.DE2,
            "the name '..' can't be",
            d -> d.entry(d.dir, "sub", entry(d.sub, FileType.DIRECTORY, "..")),
            DefectCode.CN1),
        of(
            DefectCode.DE3,
            "the name 'other' does not lie where its hash says",
            d -> d.entry(d.dir, "file", entry(d.file, FileType.REGULAR, "other"))),
        of(
            DefectCode.DE4,
            "the name 'file' means inode 9999, which is missing",
            d -> d.entry(d.dir, "file", entry(9999, FileType.REGULAR, "file")),
            DefectCode.CN1),
        of(
            DefectCode.DE5,
            "the name 'file' means a symbolic link, and inode",
            d -> d.entry(d.dir, "file", entry(d.file, FileType.SYMLINK, "file"))),
        of(
            DefectCode.DE6,
            "the name 'file' is there twice",
            d ->
                d.edit(
                    c -> {
                      Item item = new Item();
                      long lo = d.key(c, d.dir, "file", item);
                      c.put(item.hi(), lo + 1, item.toByteArray());
                    }),
            DefectCode.LK1,
            DefectCode.LK2),
        of(
            DefectCode.LK1,
            "a link count of 5, where 1 are found",
            d -> d.record(d.file, r -> r.links = 5)),
        of(
            DefectCode.LK1,
            "a link count of 9, where 3 are found",
            d -> d.record(d.dir, r -> r.links = 9)),
        of(
            DefectCode.LK2,
            "tells 77 names, and has 120",
            d -> d.record(d.sub, r -> r.sizeBytes = 77)),
        of(
            DefectCode.CN1,
            "a file with no name, of 28672 bytes",
            d -> d.remove(d.dir, "file"),
            DefectCode.LK2),
        of(
            DefectCode.CN1,
            "a directory with no name",
            d -> d.remove(d.dir, "sub"),
            DefectCode.LK1,
            DefectCode.LK2),
        of(
            DefectCode.CN2,
            "a directory with 2 names",
            d -> d.entry(d.dir, "file", entry(d.dir, FileType.DIRECTORY, "file")),
            DefectCode.DE5,
            DefectCode.CN1,
            DefectCode.LK1),
        of(DefectCode.CN3, "that says it is in 1", d -> d.record(d.sub, r -> r.parent = Keys.ROOT)),
        of(
            DefectCode.CN4,
            "a directory that is below itself",
            d -> {
              d.entry(Keys.ROOT, "dir", entry(d.twin, FileType.REGULAR, "dir"));
              d.edit(c -> addEntry(c, d, d.sub, entry(d.dir, FileType.DIRECTORY, "up")));
            },
            AFTER_A_LOST_NODE),
        of(
            DefectCode.CN4,
            "the name 'file' means the root",
            d -> d.entry(d.dir, "file", entry(Keys.ROOT, FileType.DIRECTORY, "file")),
            DefectCode.CN1,
            DefectCode.LK1),
        of(
            DefectCode.OR1,
            "is recorded as an orphan, and missing",
            d -> d.markOrphan(9999, new byte[0])),
        of(
            DefectCode.OR2,
            "a file with 1 names and a link count of 1 is recorded as an orphan",
            d -> d.markOrphan(d.file, new byte[0])),
        of(
            DefectCode.QU1,
            "the quota of project 1: the record of 4 bytes is none",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 1, TEXT));
            }),
        of(
            DefectCode.QU1,
            "the quota of project 4294967296: the record of 24 bytes is none",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 1L << 32, new QuotaRecord(1, 1, d.sub).toBytes()));
            }),
        of(
            DefectCode.QU1,
            "the quota of project 5: no superblock tells of quotas",
            d -> d.edit(c -> c.put(Keys.QUOTAS, 5, new QuotaRecord(1, 1, d.sub).toBytes()))),
        of(
            DefectCode.QU2,
            "the quota of project 5: its directory is missing",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 5, new QuotaRecord(1, 1, 9999).toBytes()));
            }),
        of(
            DefectCode.QU2,
            "the quota of project 1: its directory is a file",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 1, new QuotaRecord(1, 1, d.twin).toBytes()));
            }),
        of(
            DefectCode.QU2,
            "the quota of project 5: its directory has that of project 1",
            d -> {
              d.quota("/dir");
              d.edit(c -> c.put(Keys.QUOTAS, 5, new QuotaRecord(1, 1, d.dir).toBytes()));
            }),
        of(
            DefectCode.QU3,
            "a file that tells project 0 where it is in 1",
            d -> {
              d.quota("/dir");
              d.record(d.file, r -> r.project = 0);
            }),
        of(
            DefectCode.QU3,
            "a directory that tells project -7 where it is in 1",
            d -> {
              d.quota("/dir");
              d.record(d.sub, r -> r.project = -7);
            }),
        of(
            DefectCode.QU3,
            "a directory that tells project 0 where it is in 2",
            d -> {
              d.quota("/dir");
              d.quota("/dir/sub");
              d.record(d.sub, r -> r.project = 0);
            }),
        of(
            DefectCode.QU3,
            "a file that tells project 3 where it is in 0",
            d -> d.record(d.twin, r -> r.project = 3)));
  }

  private static void addEntry(Change change, Disk disk, long directory, DirentRecord entry)
      throws IOException {
    long lo = NameHash.of(disk.uuid()).of(entry.name()) >>> 1 & -Directory.BUCKET;
    change.put(Keys.hi(directory, Keys.DIRENT), lo, entry.toBytes());
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("A defect is found, repaired, and gone; what is intact can be read, and written")
  void found(Case defect) throws IOException {
    try (Disk disk = new Disk()) {
      defect.damage().apply(disk);
      byte[] before = disk.image();
      CheckReport report = FileSystemCheck.check(disk.device);
      assertArrayEquals(before, disk.image(), "a check changes nothing");
      List<String> messages = report.defects().stream().map(Defect::message).toList();
      String begin = defect.code() + " memfd:disk: ";
      assertTrue(
          messages.stream().anyMatch(m -> m.startsWith(begin) && m.contains(defect.what())),
          messages.toString());
      assertTrue(
          messages.stream()
              .filter(m -> m.startsWith(begin))
              .allMatch(m -> m.endsWith("; repair: " + defect.code().repair())));
      for (Defect one : report.defects()) {
        assertTrue(defect.others().contains(one.code()), messages.toString());
      }
      assertEquals(report.defects(), FileSystemCheck.repair(disk.device).defects());
      assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        if (fs.exists("/a")) {
          assertArrayEquals(TEXT, Disk.read(fs, "/a"));
        }
        Disk.write(fs, "/new");
        assertArrayEquals(TEXT, Disk.read(fs, "/new"));
      }
      assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
    }
  }

  @Test
  @DisplayName("A file system that works is clean, mounted it is busy")
  void clean() throws IOException {
    try (Disk disk = new Disk()) {
      CheckReport report = FileSystemCheck.check(disk.device);
      assertEquals(List.of(), report.defects());
      assertTrue(report.nodes() > 3 && report.inodes() == 127, report.toString());
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertThrows(DeviceBusyException.class, () -> FileSystemCheck.check(disk.device));
        assertThrows(DeviceBusyException.class, () -> FileSystemCheck.repair(disk.device));
        assertEquals(disk.dir, fs.stat("/dir").inode());
      }
    }
  }

  @Test
  @DisplayName("Without the newer superblock slot the last commit is lost, and the message says so")
  void newerSlot() throws IOException {
    try (Disk disk = new Disk()) {
      DaxFileSystem.mount(disk.device).close();
      DaxFileSystem fs = DaxFileSystem.mount(disk.device);
      fs.rename("/a", "/renamed");
      byte[] after = disk.image();
      fs.close();
      for (int slot = 0; slot < 2; slot++) {
        disk.region.segment().copyFrom(MemorySegment.ofArray(after));
        boolean isNewer = slot == TreeVandal.newestSlot(disk.region);
        long commit = FileSystemCheck.check(disk.device).generation();
        disk.region.segment().set(ValueLayout.JAVA_BYTE, slot * 4096 + 70, (byte) 77);
        CheckReport report = FileSystemCheck.repair(disk.device);
        long used = isNewer ? commit - 1 : commit;
        assertEquals(used, report.generation());
        String message = report.defects().getFirst().message();
        assertTrue(
            message.contains(
                "superblock slot %s has a bad checksum; slot %s is used, which is commit %d; if slot %s was the newer one, commit %d is lost: all that was made durable after commit %d; repair:"
                    .formatted(
                        "AB".charAt(slot),
                        "BA".charAt(slot),
                        used,
                        "AB".charAt(slot),
                        used + 1,
                        used)),
            message);
        assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
        try (DaxFileSystem left = DaxFileSystem.mount(disk.device)) {
          assertEquals(isNewer, left.exists("/a"));
          assertEquals(!isNewer, left.exists("/renamed"));
        }
      }
    }
  }

  @Test
  @DisplayName("What can't be repaired is said, and stays as it is")
  void hopeless() throws IOException {
    try (Disk disk = new Disk()) {
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertTrue(fs.exists("/a")); // both superblocks show one tree now
      }
      long root = TreeVandal.nodes(disk.region, TreeVandal.rootLevel(disk.region)).getFirst();
      disk.region.segment().set(ValueLayout.JAVA_BYTE, (root << 12) + 99, (byte) 77);
      assertHopeless(disk, DefectCode.ND7);
      disk.region.segment().asSlice(0, 8192).fill((byte) 0x4A);
      disk.region.segment().set(LONG, 0, 0x0A53462D5841444AL);
      assertHopeless(disk, DefectCode.SB2);
    }
  }

  private static void assertHopeless(Disk disk, DefectCode code) throws IOException {
    byte[] before = disk.image();
    for (CheckReport report :
        List.of(FileSystemCheck.check(disk.device), FileSystemCheck.repair(disk.device))) {
      assertEquals(code, report.defects().getFirst().code());
      assertFalse(report.repairable());
    }
    assertArrayEquals(before, disk.image());
  }

  @Test
  @DisplayName("A node on bad media is ND1")
  void badMedia(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("region");
    try (Disk disk = new Disk();
        Region region = Region.at(path).size(512 << 12).create();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      region.segment().copyFrom(disk.region.segment());
      long node = disk.leaf(5);
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.truncate(node << 12);
      }
      List<Defect> defects = FileSystemCheck.check(device).defects();
      assertTrue(
          defects.stream().anyMatch(d -> d.code() == DefectCode.ND1 && d.block() == node),
          defects.toString());
    }
  }

  @Test
  @DisplayName("What is reattached keeps its bytes, by the name of its number in /lost+found")
  void lostAndFound() throws IOException {
    try (Disk disk = new Disk()) {
      disk.remove(disk.dir, "file");
      disk.remove(disk.dir, "sub");
      FileSystemCheck.repair(disk.device);
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertArrayEquals(TEXT, Disk.read(fs, "/lost+found/#" + disk.file));
        assertEquals(119, fs.stat("/lost+found/#" + disk.sub + "/n119").sizeBytes());
        assertEquals(3, fs.stat("/lost+found").links());
      }
    }
  }

  @Test
  @DisplayName("Quotas are clean in every state, and counted as a mount counts them")
  void quotas() throws IOException {
    try (Disk disk = new Disk()) {
      disk.quota("/dir");
      disk.quota("/dir/sub");
      CheckReport report = FileSystemCheck.check(disk.device);
      assertEquals(List.of(), report.defects());
      assertEquals(
          List.of(new ProjectUsage(1, disk.dir, 3 << 12, 2), new ProjectUsage(2, disk.sub, 0, 121)),
          report.projects());
      disk.remove(disk.dir, "sub");
      FileSystemCheck.repair(disk.device);
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertEquals(2, fs.stat("/lost+found/#" + disk.sub + "/n1").project());
        assertEquals(0, fs.stat("/lost+found").project());
        fs.clearQuota("/dir");
      }
      disk.remove(disk.dir, "file");
      FileSystemCheck.repair(disk.device);
      report = FileSystemCheck.check(disk.device);
      assertEquals(List.of(), report.defects());
      assertEquals(List.of(new ProjectUsage(2, disk.sub, 0, 121)), report.projects());
    }
  }

  @Test
  @DisplayName("What leaves a tree by a repair leaves its project")
  void leaves() throws IOException {
    try (Disk disk = new Disk()) {
      disk.quota("/dir");
      disk.remove(disk.dir, "sub");
      List<Defect> defects = FileSystemCheck.repair(disk.device).defects();
      assertTrue(defects.stream().noneMatch(d -> d.code() == DefectCode.QU3), defects.toString());
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertEquals(0, fs.stat("/lost+found/#" + disk.sub + "/n1").project());
        assertEquals(2, fs.quotas().getFirst().usedInodes());
      }
    }
  }

  @Test
  @DisplayName("The first quota's commit leaves a slot that tells of none: no defect")
  void featureInOneSlot() throws IOException {
    try (Disk disk = new Disk()) {
      byte[] image;
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        fs.setQuota("/dir", new Quota(1 << 20, 0));
        image = disk.image();
      }
      disk.region.segment().copyFrom(MemorySegment.ofArray(image));
      assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
      disk.region.segment().asSlice(TreeVandal.newestSlot(disk.region) << 12, 512).fill((byte) 0);
      FileSystemCheck.repair(disk.device);
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertEquals(List.of(), fs.quotas());
        assertEquals(0, fs.stat("/dir/file").project());
      }
    }
  }

  @Test
  @DisplayName("An orphan is no defect; the next mount gives it up")
  void orphan() throws IOException {
    try (Disk disk = new Disk()) {
      disk.edit(
          change -> {
            change.delete(
                Keys.hi(disk.dir, Keys.DIRENT), disk.key(change, disk.dir, "file", new Item()));
            change.put(Keys.ORPHANS, disk.file, new byte[0]);
            for (long inode : new long[] {disk.file, disk.dir}) {
              Item item = new Item();
              assertTrue(change.get(Keys.hi(inode, Keys.INODE), 0, item));
              InodeRecord r = InodeRecord.of("disk", item);
              r.links -= inode == disk.file ? 1 : 0;
              r.sizeBytes -= inode == disk.dir ? 1 : 0;
              change.put(item.hi(), 0, r.toBytes());
            }
          });
      assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
      DaxFileSystem.mount(disk.device).close();
      assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
    }
  }

  @Test
  @DisplayName("A region that has grown since the format keeps to the blocks of the format")
  void grown() throws IOException {
    try (Disk small = new Disk();
        Region region = Region.anonymous("grown", 1024 << 12);
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      MemorySegment.copy(small.region.segment(), 0, region.segment(), 0, 512 << 12);
      try (DaxFileSystem fs = DaxFileSystem.mount(device);
          DaxFile file = fs.open("/big", OpenMode.WRITE, OpenMode.CREATE)) {
        assertThrows(NoSpaceException.class, () -> file.allocate(0, 600 << 12, false));
        assertTrue(fs.statfs().freeBlocks() < 512);
        for (int i = 0; i < 200; i++) {
          fs.createDirectory("/more" + i);
        }
      }
      assertEquals(List.of(), FileSystemCheck.check(device).defects());
      DaxFileSystem.mount(device).close();
    }
  }

  @Test
  @DisplayName("A crash in the midst of a repair leaves the old state, or the repaired one")
  void crash() throws IOException {
    long seed = System.nanoTime();
    List<byte[]> images = new ArrayList<>();
    try (Disk disk = new Disk()) {
      disk.remove(disk.dir, "sub");
      disk.record(disk.file, r -> r.links = 5);
      List<Defect> defects = FileSystemCheck.check(disk.device).defects();
      Persister persister =
          PowerFailures.collecting(disk.region, new SplittableRandom(seed), 20, images);
      FileSystemCheck.repair(PmemBlockDevice.of(disk.region, persister, 4096));
      images.add(disk.image());
      int old = 0;
      int repaired = 0;
      for (byte[] image : images) {
        disk.region.segment().copyFrom(MemorySegment.ofArray(image));
        List<Defect> now = FileSystemCheck.check(disk.device).defects();
        now = now.stream().filter(d -> d.code() != DefectCode.SB1).toList(); // torn
        assertTrue(now.isEmpty() || now.equals(defects), "seed " + seed + ": " + now);
        repaired += now.isEmpty() ? 1 : 0;
        old += now.isEmpty() ? 0 : 1;
      }
      assertTrue(old > 0 && repaired > 0, old + " old, " + repaired + " repaired, seed " + seed);
    }
  }
}
