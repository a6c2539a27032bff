package io.jdax.fs;

import static io.jdax.LongSizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.Defect;
import io.jdax.fs.check.DefectCode;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.CrossProjectException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.error.QuotaExceededException.Resource;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.QuotaStat;
import io.jdax.fs.tree.PowerFailures;
import io.jdax.fs.tree.SuperblockInfo;
import io.jdax.fs.tree.TreeSurvey;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.PinAccess;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

@DisplayName("A directory tree uses what its quota allows, and not a block more")
class QuotaTest {
  private static QuotaStat quota(DaxFileSystem fs, String path) throws IOException {
    QuotaStat stat = fs.quota(path);
    assertNotNull(stat, path);
    return stat;
  }

  private static void used(DaxFileSystem fs, String path, long pages, long inodes)
      throws IOException {
    QuotaStat stat = quota(fs, path);
    assertEquals(pages + " pages", stat.usedBytes() / PAGE + " pages", path);
    assertEquals(inodes + " inodes", stat.usedInodes() + " inodes", path);
  }

  private static DaxFile write(DaxFileSystem fs, String path, int pages) throws IOException {
    DaxFile file = fs.open(path, RW);
    boolean done = false;
    try {
      file.write(0, FsFixture.bytes(pages * 4096, 7));
      done = true;
      return file;
    } finally {
      if (!done) {
        file.close();
      }
    }
  }

  private static Quota pages(long pages) {
    return new Quota(pages * PAGE, 0);
  }

  private static QuotaExceededException refused(Executable executable) {
    return assertThrows(QuotaExceededException.class, executable);
  }

  // ---------------------------------------------------------------- what counts

  @Test
  @DisplayName("A tree that is there already counts from the moment on, open files and closed ones")
  void populated() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.createDirectory("/d/e");
      write(f.fs, "/d/closed", 3).close();
      f.fs.symlink("closed", "/d/link");
      write(f.fs, "/outside", 5).close();
      try (DaxFile open = write(f.fs, "/d/e/open", 4)) {
        open.allocate(10 * PAGE, 2 * PAGE, true);
        f.fs.setQuota("/d", new Quota(100 * PAGE, 50));
        used(f.fs, "/d", 9, 5);
        assertEquals("/d", quota(f.fs, "/d/e/open").directory());
        assertNull(f.fs.quota("/outside"));
        assertNull(f.fs.quota("/"));
        assertEquals(quota(f.fs, "/d").project(), open.stat().project());
        assertEquals(0, f.fs.stat("/outside").project());
        open.write(4 * PAGE, FsFixture.bytes(4096, 1));
        used(f.fs, "/d", 10, 5);
      }
      used(f.fs, "/d", 10, 5);
      f.remount();
      used(f.fs, "/d/e", 10, 5);
      assertEquals(new Quota(100 * PAGE, 50), quota(f.fs, "/d").limits());
    }
  }

  @Test
  @DisplayName("What truncate, punch and the last close give back counts no more; unwritten counts")
  void givenBack() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.setQuota("/d", pages(20));
      try (DaxFile file = write(f.fs, "/d/a", 8)) {
        used(f.fs, "/d", 8, 2);
        file.punchHole(PAGE, 2 * PAGE);
        used(f.fs, "/d", 6, 2);
        file.truncate(5 * PAGE);
        used(f.fs, "/d", 3, 2);
        file.allocate(0, 20 * PAGE, true);
        used(f.fs, "/d", 20, 2);
        file.zeroRange(0, 5 * PAGE, false);
        used(f.fs, "/d", 20, 2);
        file.write(0, FsFixture.bytes(20 * 4096, 3));
        used(f.fs, "/d", 20, 2);
        f.fs.link("/d/a", "/d/b");
        used(f.fs, "/d", 20, 2);
        f.fs.unlink("/d/a");
        f.fs.unlink("/d/b");
        used(f.fs, "/d", 20, 2); // it is in use
        refused(() -> write(f.fs, "/d/c", 1));
        used(f.fs, "/d", 20, 3);
      }
      used(f.fs, "/d", 0, 2);
      f.fs.unlink("/d/c");
      f.fs.createDirectory("/d/e");
      used(f.fs, "/d", 0, 2);
      f.fs.removeDirectory("/d/e");
      used(f.fs, "/d", 0, 1);
      f.fs.createDirectory("/d/x");
      f.fs.createDirectory("/d/y");
      f.fs.rename("/d/x", "/d/y");
      write(f.fs, "/d/v", 2).close();
      write(f.fs, "/d/w", 3).close();
      f.fs.rename("/d/v", "/d/w");
      used(f.fs, "/d", 2, 3);
    }
  }

  // ---------------------------------------------------------------- what is refused

  @Test
  @DisplayName("A call that is refused has changed nothing, and says what the limit is")
  void allOrNothing() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.setQuota("/d", new Quota(10 * PAGE + 5, 0));
      try (DaxFile file = write(f.fs, "/d/a", 6)) {
        QuotaExceededException e = refused(() -> file.write(2 * PAGE, FsFixture.bytes(36864, 9)));
        assertEquals(Resource.BYTES, e.resource());
        assertEquals(f.fs.stat("/d").project(), e.project());
        assertEquals(f.fs.stat("/d").inode(), e.directory());
        assertEquals(
            List.of(10 * PAGE + 5, 6 * PAGE, 5 * PAGE), List.of(e.limit(), e.used(), e.wanted()));
        assertTrue(Messages.of(e).contains("quota of project"), Messages.of(e));
        refused(() -> file.append(FsFixture.bytes(5 * 4096, 9)));
        refused(() -> file.allocate(0, 11 * PAGE, false));
        refused(() -> file.zeroRange(3 * PAGE, 20 * PAGE, false));
        assertEquals(6 * PAGE, file.sizeBytes());
        assertEquals(6 * PAGE, file.stat().allocatedBytes());
        used(f.fs, "/d", 6, 2);
        file.write(2 * PAGE, FsFixture.bytes(8 * 4096, 9));
        used(f.fs, "/d", 10, 2);
        file.write(0, FsFixture.bytes(10 * 4096, 9)); // over what is there
        file.truncate(30 * PAGE);
        DaxMapping mapping = file.map(0, 30 * PAGE);
        mapping.putLong(9 * PAGE, 1);
        assertEquals(0, mapping.getLong(10 * PAGE)); // a load takes none
        refused(() -> mapping.putLong(10 * PAGE, 1));
        refused(() -> file.pin(20 * PAGE, PAGE, PinAccess.WRITE, false));
        file.punchHole(0, PAGE);
        mapping.putLong(10 * PAGE, 1);
        used(f.fs, "/d", 10, 2);
        mapping.close();
      }
      write(f.fs, "/outside", 20).close();
    }
  }

  @Test
  @DisplayName("The last inode that is allowed is made, and no other, of whatever kind")
  void inodes() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.setQuota("/d", new Quota(0, 3));
      f.fs.createDirectory("/d/e");
      f.fs.open("/d/e/f", RW).close();
      QuotaExceededException e = refused(() -> f.fs.open("/d/g", RW));
      assertEquals(Resource.INODES, e.resource());
      assertEquals(List.of(3L, 3L, 1L), List.of(e.limit(), e.used(), e.wanted()));
      refused(() -> f.fs.createDirectory("/d/e/g"));
      refused(() -> f.fs.symlink("x", "/d/e/g"));
      assertFalse(f.fs.exists("/d/g") || f.fs.exists("/d/e/g"));
      f.fs.link("/d/e/f", "/d/g");
      f.fs.unlink("/d/g");
      f.fs.unlink("/d/e/f");
      f.fs.symlink("x", "/d/e/g");
      long inodes = f.fs.statfs().inodes();
      f.remount();
      assertEquals(inodes, f.fs.statfs().inodes());
      used(f.fs, "/d", 0, 3);
      refused(() -> f.fs.createDirectory("/d/e/h"));
    }
  }

  @Test
  @DisplayName("No space is no quota: whichever is reached first says its own")
  void noSpace() throws IOException {
    try (FsFixture f = new FsFixture(2 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.setQuota("/d", pages(100_000));
      try (DaxFile file = f.fs.open("/d/a", RW)) {
        assertThrows(NoSpaceException.class, () -> file.allocate(0, 1000 * PAGE, false));
        assertThrows(NoSpaceException.class, () -> file.write(0, FsFixture.bytes(600 * 4096, 1)));
        used(f.fs, "/d", 0, 2);
        file.truncate(1000 * PAGE);
        assertThrows(
            NoSpaceException.class, () -> file.pin(0, 1000 * PAGE, PinAccess.WRITE, false));
        used(f.fs, "/d", 0, 2);
        DaxMapping mapping = file.map(0, 1000 * PAGE);
        long stored = 0;
        try {
          for (; stored < 1000; stored++) {
            mapping.putLong(stored * PAGE, 1);
          }
        } catch (Exception e) {
          assertTrue(e instanceof NoSpaceException, e.toString());
        }
        assertTrue(stored < 1000);
        used(f.fs, "/d", stored, 2);
        f.fs.setQuota("/d", pages(stored)); // also where there is no space
        refused(() -> mapping.putLong(stored(file) * PAGE, 1));
        mapping.close();
      }
    }
  }

  @Test
  @DisplayName("A store that bad media refuse counts for no quota")
  void badMedia() throws IOException {
    Region region = Region.anonymous("bad", 4 << 20);
    BadMedia media = new BadMedia(region);
    try (FsFixture f = new FsFixture(region, media, MountOptions.DEFAULTS)) {
      f.fs.createDirectory("/d");
      f.fs.setQuota("/d", pages(100));
      try (DaxFile file = f.fs.open("/d/a", RW)) {
        file.truncate(10 * PAGE);
        DaxMapping mapping = file.map(0, 10 * PAGE);
        media.badToFill = true;
        assertThrows(MediaErrorException.class, () -> mapping.putLong(3 * PAGE, 1));
        media.badToFill = false;
        used(f.fs, "/d", 0, 2);
        mapping.putLong(3 * PAGE, 1);
        used(f.fs, "/d", 1, 2);
      }
    }
  }

  @Test
  @DisplayName("An open file counts for one quota, when its directory gets one of its own, too")
  void openAndMoved() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.createDirectory("/d/e");
      f.fs.setQuota("/d", pages(10));
      try (DaxFile file = write(f.fs, "/d/e/a", 4)) {
        refused(() -> file.append(FsFixture.bytes(7 * 4096, 1)));
        used(f.fs, "/d", 4, 3);
        f.fs.setQuota("/d/e", pages(10));
        used(f.fs, "/d", 0, 1);
        used(f.fs, "/d/e", 4, 2);
        file.append(FsFixture.bytes(4096, 1));
        used(f.fs, "/d", 0, 1);
        used(f.fs, "/d/e", 5, 2);
      }
    }
  }

  private static long stored(DaxFile file) throws IOException {
    return file.stat().allocatedBytes() / PAGE;
  }

  @Test
  @DisplayName(
      "Near the limit windows of the extent size hint shrink, and no store is refused early")
  void windows() throws IOException {
    for (int limit = 1; limit <= 40; limit++) {
      try (FsFixture f = new FsFixture(4 << 20)) {
        f.fs.createDirectory("/d");
        f.fs.setQuota("/d", pages(limit));
        try (DaxFile file = f.fs.open("/d/a", RW)) {
          file.setExtentSizeHint(16 * PAGE);
          file.truncate(100 * PAGE);
          DaxMapping mapping = file.map(0, 100 * PAGE);
          int stored = 0;
          for (; stored < limit; stored++) {
            mapping.putLong(stored * PAGE, 1);
          }
          used(f.fs, "/d", limit, 2);
          refused(() -> mapping.putLong(50 * PAGE, 1));
          file.punchHole(0, 100 * PAGE);
          used(f.fs, "/d", 0, 2);
          int pages = limit;
          file.write(3 * PAGE, FsFixture.bytes(pages * 4096, 2));
          used(f.fs, "/d", limit, 2);
          mapping.close();
        }
      }
    }
  }

  // ---------------------------------------------------------------- projects and names

  @Test
  @DisplayName("A directory with a quota of its own counts for that alone, and may be moved")
  void nested() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.createDirectory("/d/e");
      write(f.fs, "/d/a", 3).close();
      write(f.fs, "/d/e/b", 4).close();
      f.fs.setQuota("/d/e", pages(10));
      f.fs.setQuota("/d", pages(10));
      used(f.fs, "/d", 3, 2);
      used(f.fs, "/d/e", 4, 2);
      assertEquals(
          List.of("/d/e", "/d"), f.fs.quotas().stream().map(QuotaStat::directory).toList());
      f.fs.setQuota("/d", pages(3));
      write(f.fs, "/d/e/c", 6).close();
      refused(() -> write(f.fs, "/d/f", 1));
      used(f.fs, "/d/e", 10, 3);
      CrossProjectException e =
          assertThrows(CrossProjectException.class, () -> f.fs.rename("/d/e/b", "/d/b"));
      assertEquals(f.fs.stat("/d/e").project(), e.from());
      assertEquals(f.fs.stat("/d").project(), e.to());
      assertTrue(Messages.of(e).contains("copy instead"), Messages.of(e));
      assertThrows(CrossProjectException.class, () -> f.fs.link("/d/e/b", "/b"));
      assertThrows(CrossProjectException.class, () -> f.fs.link("/d/a", "/d/e/a"));
      f.fs.createDirectory("/x");
      assertThrows(CrossProjectException.class, () -> f.fs.rename("/x", "/d/x"));
      f.fs.rename("/d/e", "/x/e");
      used(f.fs, "/x/e/b", 10, 3);
      assertEquals("/x/e", quota(f.fs, "/x/e/b").directory());
      f.fs.rename("/x/e/b", "/x/e/z");
      f.remount();
      used(f.fs, "/x/e", 10, 3);
      used(f.fs, "/d", 3, 3);
    }
  }

  @Test
  @DisplayName("A quota that is cleared, or whose directory is removed, leaves nothing behind")
  void cleared() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      f.fs.createDirectory("/d/e");
      f.fs.setQuota("/d", pages(10));
      f.fs.setQuota("/d/e", pages(5));
      int inner = f.fs.stat("/d/e").project();
      try (DaxFile file = write(f.fs, "/d/e/a", 4)) {
        f.fs.clearQuota("/d/e");
        used(f.fs, "/d/e/a", 4, 3);
        assertEquals(f.fs.stat("/d").project(), file.stat().project());
        file.append(FsFixture.bytes(6 * 4096, 1));
        refused(() -> file.append(FsFixture.bytes(1, 1)));
      }
      assertThrows(FileSystemException.class, () -> f.fs.clearQuota("/d/e"));
      f.fs.setQuota("/d/e", pages(20));
      assertTrue(f.fs.stat("/d/e").project() > inner);
      used(f.fs, "/d", 0, 1);
      used(f.fs, "/d/e", 10, 2);
      f.fs.unlink("/d/e/a");
      f.fs.removeDirectory("/d/e");
      assertEquals(1, f.fs.quotas().size());
      assertTrue(usesQuotas(f));
      f.fs.removeDirectory("/d");
      assertEquals(List.of(), f.fs.quotas());
      f.fs.createDirectory("/d");
      assertEquals(0, f.fs.stat("/d").project());
      assertFalse(usesQuotas(f));
      f.fs.setQuota("/", new Quota(0, 2));
      refused(() -> f.fs.createDirectory("/e"));
      f.fs.clearQuota("/");
      f.fs.createDirectory("/e");
      f.remount();
      assertFalse(usesQuotas(f));
      assertEquals(List.of(), f.fs.quotas());
    }
  }

  private static boolean usesQuotas(FsFixture f) throws IOException {
    long features = TreeSurvey.of(f.device.region()).info().incompatible();
    return (features & SuperblockInfo.QUOTAS) != 0;
  }

  @Test
  @DisplayName("Only a directory gets a quota, and none with a file that has a name elsewhere")
  void notEverything() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      assertFalse(usesQuotas(f));
      f.fs.createDirectory("/d");
      write(f.fs, "/d/a", 3).close();
      f.fs.link("/d/a", "/d/b");
      f.fs.link("/d/a", "/c");
      FileSystemException e =
          assertThrows(FileSystemException.class, () -> f.fs.setQuota("/d", pages(9)));
      assertTrue(Messages.of(e).contains("has 1 names elsewhere"), Messages.of(e));
      assertNull(f.fs.quota("/d"));
      assertEquals(0, f.fs.stat("/d/a").project());
      assertFalse(usesQuotas(f));
      assertThrows(NotDirectoryException.class, () -> f.fs.setQuota("/c", pages(9)));
      assertThrows(IllegalArgumentException.class, () -> new Quota(-1, 0));
      f.fs.unlink("/c");
      f.fs.setQuota("/d", pages(2)); // less than is there
      used(f.fs, "/d", 3, 2);
      refused(() -> write(f.fs, "/d/x", 1));
      f.fs.unlink("/d/a");
      f.fs.setReadOnly(true);
      assertThrows(IOException.class, () -> f.fs.setQuota("/d", pages(9)));
      assertThrows(IOException.class, () -> f.fs.clearQuota("/d"));
      assertEquals(pages(2), quota(f.fs, "/d").limits());
    }
  }

  // ---------------------------------------------------------------- crashes

  @Test
  @DisplayName("Wherever power is lost while a full tree gets a quota, all of it has it or nothing")
  void powerLossWhileSetting() throws IOException {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    List<byte[]> images = new ArrayList<>();
    try (FsFixture f = new FsFixture(8 << 20);
        Region after = Region.anonymous("after", 8 << 20)) {
      f.fs.createDirectory("/d");
      for (int i = 0; i < 300; i++) {
        write(f.fs, "/d/f" + i, i % 3).close();
      }
      f.fs.close();
      Persister persister =
          PowerFailures.collecting(f.device.region(), new SplittableRandom(seed), 8, images);
      try (DaxFileSystem fs =
          DaxFileSystem.mount(PmemBlockDevice.of(f.device.region(), persister, 4096))) {
        images.clear();
        fs.setQuota("/d", new Quota(1 << 20, 0));
        fs.clearQuota("/d");
      }
      PmemBlockDevice device = PmemBlockDevice.of(after, Persister.of(after), 4096);
      int with = 0;
      for (byte[] image : images) {
        after.segment().copyFrom(MemorySegment.ofArray(image));
        List<Defect> defects = FileSystemCheck.check(device).defects();
        assertTrue(
            defects.stream().allMatch(d -> d.code() == DefectCode.SB1), // torn
            defects + ", seed " + seed);
        try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
          int project = fs.stat("/d").project();
          for (int i = 0; i < 300; i++) {
            assertEquals(project, fs.stat("/d/f" + i).project(), "seed " + seed);
          }
          assertEquals(project == 0 ? 0 : 1, fs.quotas().size(), "seed " + seed);
          if (project != 0) {
            used(fs, "/d", 300, 301);
            with++;
          }
        }
      }
      assertTrue(with > 0 && with < images.size(), with + " of " + images.size());
      f.remount();
    }
  }

  @Test
  @DisplayName(
      "A file that was unlinked before counts for no quota, one before the end for no other")
  void unlinked() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20)) {
      f.fs.createDirectory("/d");
      DaxFile before = write(f.fs, "/d/before", 5);
      f.fs.unlink("/d/before");
      f.fs.setQuota("/d", pages(10));
      used(f.fs, "/d", 0, 1);
      before.append(FsFixture.bytes(20 * 4096, 1));
      DaxFile cleared = write(f.fs, "/d/cleared", 6);
      f.fs.unlink("/d/cleared");
      used(f.fs, "/d", 6, 2);
      f.fs.clearQuota("/d");
      f.fs.setQuota("/d", pages(10));
      used(f.fs, "/d", 0, 1);
      before.close();
      cleared.append(FsFixture.bytes(20 * 4096, 1));
      cleared.close();
      used(f.fs, "/d", 0, 1);
      f.remount();
      used(f.fs, "/d", 0, 1);
    }
  }

  @Test
  @DisplayName("A tree gets its quota while its files are written, and nothing is counted twice")
  void setWhileWritten() throws Exception {
    try (FsFixture f = new FsFixture(32 << 20)) {
      f.fs.createDirectory("/d");
      try (DaxFile file = f.fs.open("/d/a", RW);
          ExecutorService pool = Executors.newSingleThreadExecutor()) {
        file.truncate(6000 * PAGE);
        Future<?> stores =
            pool.submit(
                () -> {
                  try (DaxMapping mapping = file.map(0, 6000 * PAGE)) {
                    for (long page = 0; page < 3000; page++) {
                      mapping.putLong(page * PAGE, page);
                      if (page % 7 == 0) {
                        file.write((3000 + page) * PAGE, FsFixture.bytes(8192, 1));
                      }
                    }
                  }
                  return null;
                });
        int sets = 0;
        do {
          f.fs.setQuota("/d", pages(100_000));
          f.fs.clearQuota("/d");
          sets++;
        } while (!stores.isDone());
        stores.get();
        assertTrue(sets > 1, sets + " times");
        f.fs.setQuota("/d", pages(1));
        used(f.fs, "/d", file.stat().allocatedBytes() / PAGE, 2);
        assertEquals(file.stat().allocatedBytes(), quota(f.fs, "/d").usedBytes());
      }
    }
  }

  @Test
  @DisplayName("After a power loss a quota is there as it was acknowledged, and what is used")
  void powerLoss() throws IOException {
    try (FsFixture f = new FsFixture(8 << 20, true)) {
      f.fs.createDirectory("/d");
      f.fs.setQuota("/d", pages(20));
      try (DaxFile file = write(f.fs, "/d/a", 8);
          DaxFile gone = write(f.fs, "/d/gone", 3)) {
        file.fsync();
        gone.fsync();
        f.fs.unlink("/d/gone");
        used(f.fs, "/d", 11, 3);
        try (DaxFileSystem after = f.powerLoss()) {
          used(after, "/d", 8, 2);
          assertEquals(pages(20), quota(after, "/d").limits());
          try (DaxFile again = after.open("/d/a", RW)) {
            again.append(FsFixture.bytes(12 * 4096, 1));
            refused(() -> again.append(FsFixture.bytes(1, 1)));
          }
        }
        f.fs.setQuota("/d", pages(30));
        f.fs.createDirectory("/d/e");
        f.fs.setQuota("/d/e", pages(1));
        try (DaxFileSystem after = f.powerLoss()) {
          assertEquals(pages(30), quota(after, "/d").limits());
          used(after, "/d/e", 0, 1);
        }
        f.fs.clearQuota("/d");
        try (DaxFileSystem after = f.powerLoss()) {
          assertNull(after.quota("/d/a"));
          used(after, "/d/e", 0, 1);
        }
        f.fs.clearQuota("/d/e");
      }
      try (DaxFileSystem after = f.powerLoss()) {
        assertEquals(List.of(), after.quotas());
      }
    }
  }
}
