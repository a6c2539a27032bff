package io.jdax.fs;

import static io.jdax.fs.DamagedDisk.TEXT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.Defect;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.DeviceBusyException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.ProjectUsage;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.format.InodeRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.tree.Item;
import io.jdax.fs.tree.PowerFailures;
import io.jdax.fs.tree.TreeVandal;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Every defect is found by its code, and after the repair there is none")
class FileSystemCheckTest {
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  static Stream<DefectCase> cases() {
    return Stream.concat(TreeDefects.cases(), FileDefects.cases());
  }

  @ParameterizedTest
  @MethodSource("cases")
  @DisplayName("A defect is found, repaired, and gone; what is intact can be read, and written")
  void found(DefectCase defect) throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
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
          assertArrayEquals(TEXT, DamagedDisk.read(fs, "/a"));
        }
        DamagedDisk.write(fs, "/new");
        assertArrayEquals(TEXT, DamagedDisk.read(fs, "/new"));
      }
      assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
    }
  }

  @Test
  @DisplayName("A file system that works is clean, mounted it is busy")
  void clean() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
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
  @DisplayName("Without the newer superblock slot there is what the journal tells, which is said")
  void newerSlot() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
      DaxFileSystem.mount(disk.device).close();
      DaxFileSystem fs = DaxFileSystem.mount(disk.device);
      fs.rename("/a", "/renamed");
      fs.volume.tree.commitTree();
      fs.createDirectory("/made");
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
                "superblock slot %s has a bad checksum; slot %s is used, which is commit %d; if slot %s was the newer one, commit %d is lost: all that was made durable after commit %d and is not in the journal; repair:"
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
          assertFalse(left.exists("/a"));
          assertTrue(left.exists("/renamed"));
          assertTrue(left.exists("/made"));
        }
      }
    }
  }

  @Test
  @DisplayName("What can't be repaired is said, and stays as it is")
  void hopeless() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
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

  private static void assertHopeless(DamagedDisk disk, DefectCode code) throws IOException {
    byte[] before = disk.image();
    for (CheckReport report :
        List.of(FileSystemCheck.check(disk.device), FileSystemCheck.repair(disk.device))) {
      assertEquals(code, report.defects().getFirst().code());
      assertFalse(report.isRepairable());
    }
    assertArrayEquals(before, disk.image());
  }

  @Test
  @DisplayName("A node on bad media is ND1")
  void badMedia(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("region");
    try (DamagedDisk disk = new DamagedDisk();
        Region region = Region.at(path).size(512 << 12).create();
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      disk.edit(change -> change.put(Keys.QUOTAS + 1, 0, new byte[1])); // root before leaves
      long node = TreeVandal.nodes(disk.region, 0).stream().max(Long::compare).orElseThrow();
      region.segment().copyFrom(disk.region.segment());
      try (FileChannel file = FileChannel.open(path, StandardOpenOption.WRITE)) {
        file.truncate(node << 12);
      }
      List<Defect> defects = FileSystemCheck.check(device).defects();
      assertTrue(
          defects.stream().anyMatch(d -> d.code() == DefectCode.ND1 && d.frame() == node),
          defects.toString());
    }
  }

  @Test
  @DisplayName("What is reattached keeps its bytes, by the name of its number in /lost+found")
  void lostAndFound() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
      disk.remove(disk.dir, "file");
      disk.remove(disk.dir, "sub");
      FileSystemCheck.repair(disk.device);
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertArrayEquals(TEXT, DamagedDisk.read(fs, "/lost+found/#" + disk.file));
        assertEquals(119, fs.stat("/lost+found/#" + disk.sub + "/n119").sizeBytes());
        assertEquals(3, fs.stat("/lost+found").links());
      }
    }
  }

  @Test
  @DisplayName("Quotas are clean in every state, and counted as a mount counts them")
  void quotas() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
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
    try (DamagedDisk disk = new DamagedDisk()) {
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
    try (DamagedDisk disk = new DamagedDisk()) {
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
    try (DamagedDisk disk = new DamagedDisk()) {
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
    try (DamagedDisk small = new DamagedDisk();
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
    try (DamagedDisk disk = new DamagedDisk()) {
      disk.remove(disk.dir, "sub");
      disk.record(disk.file, r -> r.links = 5);
      List<Defect> defects = FileSystemCheck.check(disk.device).defects();
      Persister persister =
          PowerFailures.collecting(disk.region, new SplittableRandom(seed), 80, images);
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
