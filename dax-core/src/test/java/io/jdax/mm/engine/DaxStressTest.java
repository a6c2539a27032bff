package io.jdax.mm.engine;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.jdax.mm.BeyondEndException;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.QuarantineStatistics;
import io.jdax.mm.Sharing;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The races of the engine, for a bounded time each. A failure names its seed; {@code
 * jdax.stress.seed} repeats it.
 */
class DaxStressTest {
  private static final long MILLIS = Long.getLong("jdax.stress.millis", 2_500);

  private final long seed = Long.getLong("jdax.stress.seed", System.nanoTime());

  /** Runs them at once; the first failure of any is the test's, and stops the others. */
  private void together(List<Callable<Void>> threads, AtomicBoolean stop) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads.size())) {
      List<Future<Void>> all = new ArrayList<>();
      threads.forEach(t -> all.add(pool.submit(t)));
      for (Future<Void> f : all) {
        try {
          f.get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
          stop.set(true);
          throw new AssertionError("seed " + seed, e);
        }
      }
    }
  }

  private static TinyDisk disk(long bytes) throws IOException {
    Region region = Region.anonymous("stress", bytes);
    return new TinyDisk(region, Persister.of(region));
  }

  private static long deadline() {
    return System.nanoTime() + MILLIS * 1_000_000;
  }

  @Test
  @DisplayName(
      "S1.2 S3.1 mkwrite against mkwrite: no store is lost, and who starts to read after a store"
          + " sees it")
  void mkwriteAgainstMkwrite() throws Exception {
    final int threads = 3;
    final int pages = 700; // over a 2 MiB boundary
    long end = deadline();
    AtomicBoolean stop = new AtomicBoolean();
    try (TinyDisk disk = disk(16 << 20)) {
      for (int round = 0; System.nanoTime() < end; round++) {
        TinyFile file = (TinyFile) disk.create("r" + round);
        file.truncate(pages * PAGE, 0);
        long free = disk.freeBlocks();
        AtomicLongArray stored = new AtomicLongArray(threads);
        List<Callable<Void>> work = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
          int me = t;
          work.add(
              () -> {
                FileMapping m = file.space().map(0, pages * PAGE);
                for (int p = 0; p < pages; p++) {
                  m.getLong(p * PAGE); // shows zeros, perhaps 2 MiB of them
                  m.putLong(p * PAGE + 8L * me, p + 1);
                  stored.set(me, p + 1);
                  int other = (me + 1) % threads;
                  long done = stored.get(other);
                  for (long q = Math.max(0, done - 3); q < done; q++) {
                    long seen = m.getLong(q * PAGE + 8L * other);
                    assertEquals(q + 1, seen, "page " + q + " of thread " + other);
                  }
                }
                return null;
              });
        }
        together(work, stop);
        for (int p = 0; p < pages; p++) {
          byte[] b = file.read(p * PAGE, 8 * threads);
          for (int t = 0; t < threads; t++) {
            assertEquals(
                p + 1,
                MemorySegment.ofArray(b)
                    .get(java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED, 8L * t));
          }
        }
        assertEquals(pages, free - disk.freeBlocks(), "blocks");
        file.truncate(0, 0);
        file.space().close();
        disk.frames().quarantine().drainNow();
      }
    }
  }

  @Test
  @DisplayName(
      "S3.2 fault against truncate: the end or what was stored since, never bytes from before a"
          + " truncate")
  void faultAgainstTruncate() throws Exception {
    final int pages = 24;
    AtomicBoolean stop = new AtomicBoolean();
    // How many truncates are complete. Stores carry it, and it does not change while one is under
    // way: so what is seen
    // after truncate n was stored after truncate n - 1 at the earliest, or it is stale.
    AtomicLong era = new AtomicLong();
    ReentrantReadWriteLock storing = new ReentrantReadWriteLock();
    try (TinyDisk disk = disk(1 << 20)) {
      TinyFile file = (TinyFile) disk.create("t");
      file.truncate(pages * PAGE, 0);
      List<Callable<Void>> work = new ArrayList<>();
      for (int t = 0; t < 3; t++) {
        int me = t;
        work.add(
            () -> {
              FileMapping m = file.space().map(0, pages * PAGE);
              Random random = new Random(seed + me);
              while (!stop.get()) {
                long at = random.nextInt(pages) * PAGE + 8L * random.nextInt(512);
                try {
                  if (random.nextBoolean()) {
                    storing.readLock().lock();
                    try {
                      m.putLong(at, era.get() + 1);
                    } finally {
                      storing.readLock().unlock();
                    }
                  } else {
                    long before = era.get();
                    long seen = m.getLongAcquire(at);
                    assertTrue(
                        seen == 0 || seen - 1 >= before - 1,
                        "of era " + (seen - 1) + " in " + before);
                  }
                } catch (BeyondEndException e) {
                  Thread.onSpinWait();
                }
              }
              return null;
            });
      }
      work.add(
          () -> {
            long end = deadline();
            while (System.nanoTime() < end && !stop.get()) {
              file.truncate(0, 0);
              storing.writeLock().lock();
              try {
                era.incrementAndGet();
              } finally {
                storing.writeLock().unlock();
              }
              file.truncate(pages * PAGE, 0);
              Thread.sleep(0, 200_000);
            }
            stop.set(true);
            return null;
          });
      try {
        together(work, stop);
      } finally {
        stop.set(true);
      }
      file.truncate(0, 0);
      file.space().close();
      disk.frames().quarantine().drainNow();
      assertEquals((1 << 20) / PAGE - 2, disk.freeBlocks(), "every block came back");
    }
  }

  @Test
  @DisplayName(
      "S3.2 punch against readers, the block reused at once by another file: no byte of another"
          + " file is ever seen")
  void punchAgainstReader() throws Exception {
    final int pages = 8;
    AtomicBoolean stop = new AtomicBoolean();
    try (TinyDisk disk = disk(2 * 1 << 17)) { // so small that every block is reused all the time
      TinyFile[] files = {(TinyFile) disk.create("a"), (TinyFile) disk.create("b")};
      long[] stamps = {0xAAAA_AAAA_AAAA_AAAAL, 0xBBBB_BBBB_BBBB_BBBBL};
      List<Callable<Void>> work = new ArrayList<>();
      for (int f = 0; f < 2; f++) {
        TinyFile file = files[f];
        long stamp = stamps[f];
        file.truncate(pages * PAGE, 0);
        FileMapping shared = file.space().map(0, pages * PAGE);
        for (int mode = 0; mode < 2; mode++) {
          int how = mode;
          work.add(
              () -> {
                FileMapping m =
                    how == 0
                        ? shared
                        : file.space()
                            .map(0, pages * PAGE, Sharing.READ_ONLY, false, HolePolicy.ZERO);
                byte[] copy = new byte[(int) PAGE];
                while (!stop.get()) {
                  for (long at = 0; at < pages * PAGE; at += 8) {
                    long seen = how == 0 ? m.getLong(at) : m.getLongAcquire(at);
                    if (seen != 0 && seen != stamp) {
                      fail(Long.toHexString(seen) + " in " + file.space().name());
                    }
                  }
                  m.copyTo(PAGE, MemorySegment.ofArray(copy), 0, PAGE);
                  for (byte b : copy) {
                    if (b != 0 && b != (byte) stamp) {
                      fail(Integer.toHexString(b) + " in a copy of " + file.space().name());
                    }
                  }
                }
                return null;
              });
        }
        Random random = new Random(seed + f);
        work.add(
            () -> {
              long end = deadline();
              while (System.nanoTime() < end && !stop.get()) {
                long page = random.nextInt(pages);
                try {
                  for (int i = 0; i < 512; i++) {
                    shared.putLong(page * PAGE + 8L * i, stamp);
                  }
                } catch (FileSystemException e) {
                  disk.frames().quarantine().drainNow();
                }
                file.punch(random.nextInt(pages), 1, 0);
              }
              stop.set(true);
              return null;
            });
      }
      try {
        together(work, stop);
      } finally {
        stop.set(true);
      }
      QuarantineStatistics q = disk.frames().quarantine().statistics();
      assertTrue(q.releasedPages() > 100 && q.turnOvers() > 10, q.toString());
      for (TinyFile file : files) {
        file.space().close();
      }
    }
  }

  @Test
  @DisplayName("I3 I4 storing threads against persist: no store is left behind clean and unflushed")
  void storesAgainstPersist() throws Exception {
    final int storing = 2;
    final int pages = 12;
    AtomicBoolean stop = new AtomicBoolean();
    Region region = Region.anonymous("loss", 1 << 17);
    RecordingPersister persister = RecordingPersister.alone(region);
    try (TinyDisk disk = new TinyDisk(region, persister)) {
      TinyFile file = (TinyFile) disk.create("s");
      file.truncate(pages * PAGE, 0);
      AtomicLongArray stored = new AtomicLongArray(storing * pages);
      List<Callable<Void>> work = new ArrayList<>();
      for (int t = 0; t < storing; t++) {
        int me = t;
        work.add(
            () -> {
              Random random = new Random(seed + me);
              FileMapping m = file.space().map(0, pages * PAGE);
              for (long value = 1; !stop.get(); value++) {
                int page = random.nextInt(pages);
                long at = page * PAGE + 64L * me;
                if (value % 2 == 0) {
                  m.putLong(at, value);
                } else {
                  m.putLongRelease(at, value);
                }
                stored.set(me * pages + page, value);
                if (value % 5000 == 0) {
                  m.close(); // the next one's stores lie beside those of the closed one
                  m = file.space().map(0, pages * PAGE);
                }
              }
              return null;
            });
      }
      for (int t = 0; t < 2; t++) {
        work.add(
            () -> {
              long end = deadline();
              FileMapping m = file.space().map(0, pages * PAGE);
              long[] before = new long[storing * pages];
              while (System.nanoTime() < end && !stop.get()) {
                for (int i = 0; i < before.length; i++) {
                  before[i] = stored.get(i);
                }
                m.force();
                MemorySegment image = MemorySegment.ofArray(persister.image());
                for (int i = 0; i < before.length; i++) {
                  long pfn = file.pfn(i % pages);
                  if (before[i] != 0) {
                    long left =
                        image.get(
                            java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED,
                            (pfn << 12) + 64L * (i / pages));
                    assertTrue(
                        left >= before[i], "page " + i % pages + ": " + left + " of " + before[i]);
                  }
                }
              }
              stop.set(true);
              return null;
            });
      }
      try {
        together(work, stop);
      } finally {
        stop.set(true);
      }
      file.space().flushDirty(0, Long.MAX_VALUE);
      assertEquals(List.of(), persister.dirtyLines());
      file.space().close();
    }
  }

  @Test
  @DisplayName("Compare-and-set and ordered stores take effect once while epochs turn over")
  void onceDespiteTurnOvers() throws Exception {
    final int threads = 3;
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLongArray sums = new AtomicLongArray(threads);
    try (TinyDisk disk = disk(1 << 20)) {
      TinyFile file = (TinyFile) disk.create("c");
      file.truncate(PAGE, 0);
      FileMapping m = file.space().map(0, PAGE);
      List<Callable<Void>> work = new ArrayList<>();
      for (int t = 0; t < threads; t++) {
        int me = t;
        work.add(
            () -> {
              long n = 0;
              while (!stop.get()) {
                // a lock made of a compare-and-set and a release store, around plain accesses
                if (m.compareAndSetInt(0, 0, 1)) {
                  m.putLong(64, m.getLong(64) + 1);
                  m.putIntRelease(0, 0);
                  n++;
                }
                long old = m.getLongVolatile(128);
                while (!m.compareAndSetLong(128, old, old + 1)) {
                  old = m.getLongVolatile(128);
                }
                sums.addAndGet(me, 1);
              }
              synchronized (sums) {
                m.putLong(256, m.getLong(256) + n);
              }
              return null;
            });
      }
      work.add(
          () -> {
            long end = deadline();
            while (System.nanoTime() < end && !stop.get()) {
              disk.frames().quarantine().add(0, 1, (pfn, count) -> {});
              disk.frames().quarantine().drainNow();
            }
            stop.set(true);
            return null;
          });
      try {
        together(work, stop);
      } finally {
        stop.set(true);
      }
      long total = 0;
      for (int t = 0; t < threads; t++) {
        total += sums.get(t);
      }
      assertEquals(total, m.getLong(128));
      assertEquals(m.getLong(256), m.getLong(64));
      file.space().close();
    }
  }
}
