package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.fs.DirectoryCursor;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Many of everything. */
class ScaleTest {
  @Test
  @DisplayName(
      "10,000 files in a directory: each its own, before and after a remount, and all removed")
  void manyFiles() throws IOException {
    int count = 10_000;
    try (TestFs t = TestFs.format(96 << 20)) {
      t.remount();
      long blocks = t.contentBlocks();
      t.fs().createDirectory("/many");
      for (int i = 0; i < count; i++) {
        try (DaxFile file = t.create(name(i))) {
          file.write(0, ByteBuffer.allocate(8).putLong(0, i));
        }
      }
      t.remount();
      assertEquals(count, names(t, "/many").size());
      for (int i = 0; i < count; i++) {
        assertEquals(i, ByteBuffer.wrap(t.read(name(i))).getLong(), name(i));
      }
      assertThrows(DirectoryNotEmptyException.class, () -> t.fs().removeDirectory("/many"));
      for (int i = 0; i < count; i++) {
        t.fs().unlink(name(i));
      }
      t.fs().removeDirectory("/many");
      t.requireContentBlocks(blocks);
    }
  }

  private static String name(int i) {
    return "/many/file-" + i;
  }

  private static Set<String> names(TestFs t, String directory) throws IOException {
    Set<String> names = new HashSet<>();
    DirectoryCursor cursor = t.fs().list(directory);
    for (DirectoryEntry e = cursor.next(); e != null; e = cursor.next()) {
      assertTrue(names.add(e.name()), "listed twice: " + e);
    }
    return names;
  }

  @Test
  @DisplayName(
      "100,000 entries in a directory: every one is found, none that is not there, none twice")
  void hugeDirectory() throws IOException {
    int count = 100_000;
    try (TestFs t = TestFs.format(96 << 20)) {
      t.create("/file").close();
      t.fs().createDirectory("/many");
      for (int i = 0; i < count; i++) {
        t.fs().link("/file", name(i));
      }
      assertEquals(count + 1, t.fs().stat("/file").links());
      t.remount();
      assertEquals(count, names(t, "/many").size());
      long inode = t.fs().stat("/file").inode();
      for (int i = 0; i < count; i += 7) {
        assertEquals(inode, t.fs().stat(name(i)).inode(), name(i));
        assertFalse(t.fs().exists(name(count + i)));
      }
      for (int i = 0; i < count; i += 2) {
        t.fs().unlink(name(i));
      }
      Set<String> left = names(t, "/many");
      assertEquals(count / 2, left.size());
      assertTrue(left.contains("file-1") && !left.contains("file-0"));
      assertThrows(NoSuchFileException.class, () -> t.fs().stat(name(4)));
    }
  }

  @Test
  @DisplayName("S1.2 S3.3 10,000 mappings of one file: a store is seen by all that overlap it")
  void manyMappings() throws IOException {
    int count = 10_000;
    int pages = 64;
    try (TestFs t = TestFs.format(4 << 20);
        DaxFile file = t.create("/f")) {
      file.truncate((long) pages * PAGE);
      DaxMapping[] all = new DaxMapping[count];
      for (int i = 0; i < count; i++) {
        long first = i % pages;
        all[i] = file.map(first * PAGE, Math.min(4, pages - first) * PAGE);
        assertEquals(0, all[i].getLong(0)); // they show the zero page
      }
      all[0].putLong(3 * PAGE, 42); // page 3, by one of those that begin at page 0
      long[] before = new long[count];
      int overlapping = 0;
      for (int i = 0; i < count; i++) {
        before[i] = all[i].statistics().presentPages();
        long at = (3 - i % pages) * (long) PAGE;
        if (at >= 0 && at < all[i].sizeBytes()) {
          overlapping++;
          assertEquals(42, all[i].getLong(at), "mapping " + i);
        }
      }
      assertTrue(overlapping > 4 * (count / pages - 1), "overlapping " + overlapping);
      file.write(3 * PAGE, ByteBuffer.allocate(8).putLong(0, -1));
      file.punchHole(5 * PAGE, PAGE);
      for (int i = 0; i < count; i++) {
        long at = (3 - i % pages) * (long) PAGE;
        if (at >= 0 && at < all[i].sizeBytes()) {
          assertEquals(-1, all[i].getLong(at), "mapping " + i);
        } else if (i % pages > 8) {
          assertEquals(before[i], all[i].statistics().presentPages(), "not touched: " + i);
        }
      }
    }
  }

  @Test
  @DisplayName("S2.1 a sparse file of 1 TiB in 64 MiB: data at both ends, nothing in between")
  void sparse() throws IOException {
    long size = 1L << 40;
    try (TestFs t = TestFs.format(64 << 20)) {
      try (DaxFile file = t.create("/sparse");
          DaxMapping m = file.map(0, size)) {
        file.truncate(size);
        m.putLong(0, 1);
        file.write(size - 8, MemorySegment.ofArray(TestFs.bytes(8, 2)));
        assertEquals(0, m.getLong(size / 2));
        check(file, size);
        assertEquals(2, m.getByte(size - 1));
      }
      t.remount();
      try (DaxFile file = t.create("/sparse")) {
        check(file, size);
        MemorySegment first = MemorySegment.ofArray(new byte[8]);
        file.read(0, first);
        assertEquals(1, first.get(ValueLayout.JAVA_LONG_UNALIGNED, 0));
        file.punchHole(PAGE, size - 2 * PAGE);
        check(file, size);
        file.truncate(size - PAGE);
        assertEquals(-1, file.nextData(PAGE));
        assertEquals(PAGE, file.stat().allocatedBytes());
      }
    }
  }

  private static void check(DaxFile file, long size) throws IOException {
    assertEquals(size, file.sizeBytes());
    assertEquals(0, file.nextData(0));
    assertEquals(PAGE, file.nextHole(0));
    assertEquals(size - PAGE, file.nextData(PAGE));
    assertEquals(size, file.nextHole(size - PAGE));
    assertEquals(2 * PAGE, file.stat().allocatedBytes());
    assertEquals(2 * PAGE, file.extents().stream().mapToLong(FileExtent::length).sum(), "extents");
  }
}
