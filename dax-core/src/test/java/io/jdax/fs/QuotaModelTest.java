package io.jdax.fs;

import static io.jdax.LongSizes.PAGE;
import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.fs.check.CheckReport;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.error.CrossProjectException;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.FileType;
import io.jdax.fs.facts.Quota;
import io.jdax.fs.facts.QuotaStat;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Whatever several threads do, what is told as used is what is used")
class QuotaModelTest {
  private static final int THREADS = 4;
  private static final List<String> TREES = List.of("/p", "/p/q", "/r");

  @Test
  @DisplayName("Accounting equals a recount after random operations, and after remounts")
  void recount() throws Exception {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    try (FsFixture f = new FsFixture(24 << 20)) {
      f.fs.createDirectory("/p");
      f.fs.createDirectory("/p/q");
      f.fs.createDirectory("/r");
      AtomicLong refused = new AtomicLong();
      for (int round = 0; round < 6; round++) {
        long roundSeed = seed + 1000L * round;
        run(thread -> work(f.fs, thread, new Random(roundSeed + thread), refused));
        assertRecount(f, seed);
        if (round % 2 == 1) {
          f.remount();
          assertRecount(f, seed);
        }
      }
      assertTrue(refused.get() > 50, refused + " refused, seed " + seed);
      for (String tree : TREES) { // a file with a name elsewhere as well may refuse a quota
        unlinkShared(f.fs, tree); // also of /p, if it is below /p/q, which may have none now
      }
      for (String tree : TREES) {
        f.fs.setQuota(tree, new Quota(0, 0));
      }
      List<QuotaStat> told = f.fs.quotas();
      assertEquals(3, told.size());
      f.fs.close();
      CheckReport report = FileSystemCheck.check(f.device);
      assertEquals(List.of(), report.defects(), "seed " + seed);
      f.remount();
      assertEquals(told, f.fs.quotas(), "seed " + seed);
      assertEquals(
          told.stream().map(q -> q.usedBytes() + " " + q.usedInodes()).toList(),
          report.projects().stream().map(p -> p.usedBytes() + " " + p.usedInodes()).toList(),
          "seed " + seed);
    }
  }

  private static void unlinkShared(DaxFileSystem fs, String tree) throws IOException {
    for (int i = 0; i < 6; i++) {
      String path = tree + "/f" + i;
      if (fs.exists(path) && fs.stat(path).links() > 1) {
        fs.unlink(path);
      }
    }
  }

  private interface Work {
    void run(int thread) throws Exception;
  }

  private static void run(Work work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> all = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int thread = t;
        all.add(
            pool.submit(
                () -> {
                  work.run(thread);
                  return null;
                }));
      }
      for (Future<?> one : all) {
        one.get();
      }
    }
  }

  private static void work(DaxFileSystem fs, int thread, Random random, AtomicLong refused)
      throws IOException {
    List<DaxFile> open = new ArrayList<>();
    try {
      for (int i = 0; i < 400; i++) {
        try {
          step(fs, thread, random, open);
        } catch (QuotaExceededException e) {
          assertTrue(e.limit() > 0 && e.used() + e.wanted() > e.limit() - PAGE, e.toString());
          refused.incrementAndGet();
        } catch (CrossProjectException | NoSpaceException | NoSuchFileException e) {
          // as it may be
        } catch (FileSystemException e) {
          assertTrue(
              Messages.of(e).contains("elsewhere")
                  || Messages.of(e).contains("no quota")
                  || e instanceof java.nio.file.FileAlreadyExistsException,
              e.toString());
        }
      }
    } finally {
      for (DaxFile file : open) {
        file.close();
      }
    }
  }

  private static void step(DaxFileSystem fs, int thread, Random random, List<DaxFile> open)
      throws IOException {
    String tree = TREES.get(random.nextInt(3));
    String path = tree + "/f" + random.nextInt(6);
    switch (random.nextInt(16)) {
      case 0 -> {
        Quota limits = new Quota(random.nextInt(200) * PAGE, random.nextInt(12));
        fs.setQuota(tree, limits);
      }
      case 1 -> {
        if (random.nextInt(4) == 0) {
          fs.clearQuota(tree);
        }
      }
      case 2 -> fs.unlink(path);
      case 3 -> fs.link(path, TREES.get(random.nextInt(3)) + "/f" + random.nextInt(6));
      case 4 -> fs.rename(path, TREES.get(random.nextInt(3)) + "/f" + random.nextInt(6));
      case 5 -> {
        String directory = tree + "/d" + thread;
        if (fs.exists(directory)) {
          fs.removeDirectory(directory);
        } else {
          fs.createDirectory(directory);
        }
      }
      case 6 -> {
        if (!open.isEmpty()) {
          open.remove(random.nextInt(open.size())).close();
        }
      }
      case 7, 8 -> {
        if (open.size() < 5) {
          open.add(fs.open(path, RW));
        }
      }
      default -> {
        if (open.isEmpty()) {
          open.add(fs.open(path, RW));
        }
        content(open.get(random.nextInt(open.size())), random);
      }
    }
  }

  private static void content(DaxFile file, Random random) throws IOException {
    long page = random.nextInt(100);
    long count = 1L + random.nextInt(30);
    switch (random.nextInt(8)) {
      case 0 -> file.truncate(page * PAGE + random.nextInt(4096));
      case 1 -> file.punchHole(page * PAGE, count * PAGE);
      case 2 -> file.allocate(page * PAGE, count * PAGE, random.nextBoolean());
      case 3 -> file.zeroRange(page * PAGE, count * PAGE, random.nextBoolean());
      case 4 -> file.setExtentSizeHint(random.nextInt(3) * 8L * PAGE);
      case 5 -> file.fsync();
      case 6 -> file.write(page * PAGE + 100, FsFixture.bytes((int) (count * 4096), 5));
      default -> {
        try (DaxMapping mapping = file.map(0, 130 * PAGE)) {
          long end = Math.min(file.sizeBytes() >> 12, page + count);
          for (long p = page; p < end; p++) {
            mapping.putLong(p * PAGE, p);
          }
        } catch (BeyondEndException e) {
          // another thread has truncated it
        }
      }
    }
  }

  /** With no file open. */
  private static void assertRecount(FsFixture f, long seed) throws IOException {
    for (QuotaStat told : f.fs.quotas()) {
      long[] sum = {0, 1};
      add(f.fs, told.directory(), told.project(), sum, new HashSet<>());
      assertEquals(
          sum[0] + " bytes, " + sum[1] + " inodes",
          told.usedBytes() + " bytes, " + told.usedInodes() + " inodes",
          told + ", seed " + seed);
    }
  }

  private static void add(
      DaxFileSystem fs, String directory, int project, long[] sum, Set<Long> seen)
      throws IOException {
    for (DirectoryEntry entry : fs.list(directory).toList()) {
      String path = directory + "/" + entry.name();
      FileStat stat = fs.lstat(path);
      if (stat.project() == project && seen.add(stat.inode())) {
        sum[0] += stat.allocatedBytes();
        sum[1]++;
        if (stat.type() == FileType.DIRECTORY) {
          add(fs, path, project, sum, seen);
        }
      }
    }
  }

  @Test
  @DisplayName("Stores from four threads come up to the limit, and what was accepted is kept")
  void mappedStores() throws Exception {
    int limit = 700;
    for (int hint : new int[] {0, 16}) {
      try (FsFixture f = new FsFixture(16 << 20, true)) {
        f.fs.createDirectory("/p");
        f.fs.setQuota("/p", new Quota(limit * PAGE, 0));
        boolean[][] accepted = new boolean[2][1000];
        AtomicLong refused = new AtomicLong();
        DaxFile[] files = {f.fs.open("/p/a", RW), f.fs.open("/p/b", RW)};
        for (DaxFile file : files) {
          file.setExtentSizeHint(hint * PAGE);
          file.truncate(1000 * PAGE);
        }
        run(
            thread -> {
              int which = thread % 2;
              try (DaxMapping mapping = files[which].map(0, 1000 * PAGE)) {
                for (int page = thread / 2; page < 1000; page += 2) {
                  try {
                    mapping.putLong(page * PAGE, page + 1);
                    accepted[which][page] = true;
                  } catch (QuotaExceededException e) {
                    refused.incrementAndGet();
                  }
                }
                mapping.persist(0, 1000 * PAGE);
              }
            });
        long stored = 0;
        for (boolean[] file : accepted) {
          for (boolean page : file) {
            stored += page ? 1 : 0;
          }
        }
        assertTrue(stored <= limit && stored > limit - 32, "stored " + stored + ", hint " + hint);
        assertEquals(2000, stored + refused.get());
        for (QuotaStat quota : f.fs.quotas()) {
          assertEquals(limit * PAGE, quota.usedBytes());
        }
        try (DaxFileSystem after = f.powerLoss()) {
          assertContents(after, accepted);
          assertEquals(limit * PAGE, after.quotas().getFirst().usedBytes());
        }
        for (DaxFile file : files) {
          file.close();
        }
        f.remount();
        assertContents(f.fs, accepted);
        assertEquals(limit * PAGE, f.fs.quotas().getFirst().usedBytes());
      }
    }
  }

  private static void assertContents(DaxFileSystem fs, boolean[][] accepted) throws IOException {
    for (int which = 0; which < 2; which++) {
      try (DaxFile file = fs.open(which == 0 ? "/p/a" : "/p/b");
          DaxMapping mapping = file.map(0, 1000 * PAGE)) {
        for (int page = 0; page < 1000; page++) {
          assertEquals(accepted[which][page] ? page + 1 : 0, mapping.getLong(page * PAGE));
        }
      }
    }
  }
}
