package io.jdax.tests.kill;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A full device, approached through the DRAM tier: what was accepted is kept. */
@Timeout(180)
class FullTierTest {
  private static final int PAGE = Pages.BYTES;
  private static final int DEVICE_PAGES = 1024;
  private static final int FILE_BYTES = DEVICE_PAGES * PAGE;
  private static final int THREADS = 4;

  private static MountOptions options(int frames, TierMode mode) {
    return MountOptions.DEFAULTS
        .withTier(mode)
        .withCacheBytes((long) frames * PAGE)
        .withWritebackAge(Duration.ofMillis(20));
  }

  @ParameterizedTest
  @CsvSource({
    "true, 64, 4096, CACHED",
    "true, 4096, 4096, CACHED",
    "false, 64, 4096, CACHED",
    "false, 4096, 4096, CACHED",
    "true, 64, 1024, DIRECT",
    "false, 64, 1024, DIRECT",
    "true, 64, 512, CACHED",
    "false, 64, 512, DIRECT"
  })
  @DisplayName(
      "S0.1 S3.5 a full device, 4 threads that store or write to cached files, or with small"
          + " blocks: all that was accepted reads back after a remount, byte for byte, and nothing"
          + " else")
  void acceptedIsKept(boolean stores, int frames, int block, TierMode tier) throws Exception {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    try (Region region = Region.anonymous("full", FILE_BYTES);
        PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), PAGE)) {
      DaxFileSystem.format(device, "full", block);
      byte[][] expected = new byte[THREADS][FILE_BYTES];
      try (DaxFileSystem fs = DaxFileSystem.mount(device, options(frames, tier));
          ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
        for (int t = 0; t < THREADS; t++) {
          try (DaxFile file = file(fs, t)) {
            file.truncate(FILE_BYTES);
          }
        }
        List<Future<Integer>> all = new ArrayList<>();
        for (int t = 0; t < THREADS; t++) {
          int thread = t;
          all.add(
              threads.submit(
                  () ->
                      stores
                          ? store(fs, thread, expected[thread], seed)
                          : write(fs, thread, expected[thread], seed)));
        }
        int pages = 0;
        for (Future<Integer> each : all) {
          pages += each.get();
        }
        System.out.println(
            (stores ? "stores" : "writes") + ", " + frames + " frames: " + pages + " pages");
        assertTrue(pages > DEVICE_PAGES / 2, "accepted: " + pages + " of " + DEVICE_PAGES);
      }
      for (TierMode mode : new TierMode[] {TierMode.DIRECT, TierMode.CACHED}) {
        try (DaxFileSystem fs = DaxFileSystem.mount(device, options(64, mode))) {
          for (int t = 0; t < THREADS; t++) {
            assertArrayEquals(expected[t], content(fs, t), mode + ", file " + t);
          }
        }
      }
    } catch (Throwable t) {
      throw new AssertionError("-Djdax.test.seed=" + seed, t);
    }
  }

  private static DaxFile file(DaxFileSystem fs, int thread) throws IOException {
    return fs.open("/" + thread, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
  }

  private static byte[] content(DaxFileSystem fs, int thread) throws IOException {
    try (DaxFile file = fs.open("/" + thread)) {
      byte[] got = new byte[FILE_BYTES];
      assertEquals(FILE_BYTES, file.sizeBytes());
      assertEquals(FILE_BYTES, file.read(0, MemorySegment.ofArray(got)));
      return got;
    }
  }

  /** Pages that took a store. */
  private static int store(DaxFileSystem fs, int thread, byte[] expected, long seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed + thread);
    MemorySegment wanted = MemorySegment.ofArray(expected);
    int pages = 0;
    try (DaxFile file = file(fs, thread)) {
      try (DaxMapping m = file.map(0, FILE_BYTES)) {
        for (int refused = 0; refused < 50; ) {
          int page = random.nextInt(DEVICE_PAGES);
          int at = page * PAGE + random.nextInt(PAGE / 8) * 8;
          long value = random.nextLong() | 1;
          boolean fresh = isZero(expected, page);
          try {
            m.putLong(at, value);
            wanted.set(ValueLayout.JAVA_LONG_UNALIGNED, at, value);
            pages += fresh ? 1 : 0;
          } catch (NoSpaceException e) {
            refused++;
            assertTrue(fresh, "refused a store to a page that has a block");
          }
        }
      }
    }
    return pages;
  }

  /** Pages that were written to. */
  private static int write(DaxFileSystem fs, int thread, byte[] expected, long seed)
      throws IOException {
    SplittableRandom random = new SplittableRandom(seed + thread);
    int pages = 0;
    try (DaxFile file = file(fs, thread)) {
      for (int refused = 0; refused < 50; ) {
        int at = random.nextInt(FILE_BYTES);
        byte[] bytes = new byte[1 + random.nextInt(Math.min(3 * PAGE, FILE_BYTES - at))];
        random.nextBytes(bytes);
        bytes[0] |= 1;
        int fresh = 0;
        boolean[] wasZero = new boolean[5];
        int first = at / PAGE;
        int last = (at + bytes.length - 1) / PAGE;
        for (int page = first; page <= last; page++) {
          wasZero[page - first] = isZero(expected, page);
        }
        try {
          file.write(at, MemorySegment.ofArray(bytes));
          System.arraycopy(bytes, 0, expected, at, bytes.length);
          for (int page = first; page <= last; page++) {
            fresh += wasZero[page - first] && !isZero(expected, page) ? 1 : 0;
          }
          pages += fresh;
        } catch (NoSpaceException e) {
          refused++;
        }
      }
    }
    return pages;
  }

  private static boolean isZero(byte[] bytes, int page) {
    for (int i = page * PAGE; i < (page + 1) * PAGE; i++) {
      if (bytes[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
