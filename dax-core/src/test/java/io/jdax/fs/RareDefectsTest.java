package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.jdax.fs.check.Defect;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.format.Keys;
import io.jdax.fs.format.Limits;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Defects of what is wrong in two ways at once. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RareDefectsTest {
  private static List<String> told(List<Defect> defects) {
    return defects.stream().map(d -> d.code() + " " + d.what()).toList();
  }

  private static void repair(DamagedDisk disk, List<String> expected) throws IOException {
    assertEquals(expected, told(FileSystemCheck.check(disk.device).defects()));
    assertEquals(expected, told(FileSystemCheck.repair(disk.device).defects()));
    assertEquals(List.of(), FileSystemCheck.check(disk.device).defects());
  }

  @Test
  @DisplayName("Attributes of what nobody can tell the type of are dropped with their name")
  void attributesAlone() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
      long inode;
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        inode = fs.stat("/dir/sub/n0").inode();
        fs.setAttribute("/dir/sub/n0", "user.a", new byte[100]);
        fs.setAttribute("/dir/sub/n0", "user.b", new byte[200]);
      }
      disk.edit(change -> change.delete(Keys.hi(inode, Keys.INODE), 0));
      repair(
          disk,
          List.of(
              DefectCode.IN3 + " attributes, but no record",
              DefectCode.DE4
                  + " the name 'n0' leads to inode %d, which is missing".formatted(inode)));
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertFalse(fs.exists("/dir/sub/n0"));
        assertEquals(1, fs.stat("/dir/sub/n1").sizeBytes());
      }
    }
  }

  @Test
  @DisplayName("Blocks of an extent that is dropped are kept, as far as they are no other file's")
  void droppedAcrossOthers() throws IOException {
    try (DamagedDisk disk = new DamagedDisk()) {
      long block = disk.blockOf("/dir/file");
      disk.extent(disk.twin, (Limits.FILE_BYTES >>> 12) - 1, block - 1, 6);
      List<Defect> defects = FileSystemCheck.check(disk.device).defects();
      assertEquals(List.of(DefectCode.EX3), defects.stream().map(Defect::code).toList());
      repair(disk, told(defects));
      try (DaxFileSystem fs = DaxFileSystem.mount(disk.device)) {
        assertArrayEquals(DamagedDisk.TEXT, DamagedDisk.read(fs, "/dir/file"));
        assertArrayEquals(DamagedDisk.TEXT, DamagedDisk.read(fs, "/twin"));
      }
    }
  }
}
