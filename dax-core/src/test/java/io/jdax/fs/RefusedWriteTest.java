package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.facts.FileExtent;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A write for which there is no space changes nothing, whatever else wants space meanwhile. */
class RefusedWriteTest {
  private static final int PAGES = 100;
  private static final int BYTES = PAGES * 4096;

  /** Where another thread stores, in pages of their own between those that are written. */
  private static boolean isStorers(long page) {
    return page % 5 == 4;
  }

  @ParameterizedTest
  @DisplayName("A write that is refused has written nothing")
  @CsvSource({"1, false", "16, false", "1, true", "16, true"})
  void aWriteThatIsRefusedHasWrittenNothing(int hintPages, boolean stores) throws Exception {
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    Random random = new Random(seed);
    try (FsFixture fixture = new FsFixture(2 << 20);
        DaxFile file = fixture.fs.open("/f", RW);
        DaxFile filler = fixture.fs.open("/filler", RW);
        ExecutorService pool = Executors.newSingleThreadExecutor()) {
      if (hintPages > 1) {
        file.setExtentSizeHint(hintPages * 4096L);
      }
      AtomicBoolean over = new AtomicBoolean();
      Future<?> storer = pool.submit(() -> stores && store(file, over, new Random(seed + 1)));
      int refused = 0;
      byte[] expected = new byte[BYTES];
      try {
        // How often the storer and the background free what was just filled is up to the scheduler.
        for (int i = 0; i < 4_000 || refused <= 200 && i < 100_000; i++) {
          if (random.nextInt(10) == 0) {
            fill(filler);
          }
          refused += step(file, filler, random, expected) ? 0 : 1;
        }
      } catch (Throwable t) {
        throw new AssertionError("-Djdax.test.seed=" + seed, t);
      } finally {
        over.set(true);
        storer.get();
      }
      assertTrue(refused > 200, "refused: " + refused);
    }
  }

  /** Takes all blocks that are usable. */
  private static void fill(DaxFile filler) throws IOException {
    try {
      for (long at = 0; at < 2 << 20; at += 4096) {
        filler.write(at, MemorySegment.ofArray(new byte[4096]));
      }
    } catch (NoSpaceException e) {
      // full
    }
  }

  /** One write, or room for some; false if it was refused. */
  private static boolean step(DaxFile file, DaxFile filler, Random random, byte[] expected)
      throws IOException {
    int page = random.nextInt(PAGES);
    if (random.nextBoolean()) {
      boolean filled = random.nextInt(4) == 0;
      if (filled) {
        for (int i = 0; i < 8; i++) {
          filler.punchHole(random.nextInt(512) * 4096L, 4096);
        }
        return true;
      }
      file.punchHole(page * 4096L, 4096);
      Arrays.fill(expected, page * 4096, page * 4096 + 4096, (byte) 0);
      return true;
    }
    int at = page * 4096 + random.nextInt(4096);
    byte[] bytes =
        new byte
            [Math.min(1 + random.nextInt(random.nextBoolean() ? 8 * 4096 : 80 * 4096), BYTES - at)];
    random.nextBytes(bytes);
    BitSet before = written(file);
    long size = file.sizeBytes();
    try {
      file.write(at, MemorySegment.ofArray(bytes));
      System.arraycopy(bytes, 0, expected, at, bytes.length);
      return true;
    } catch (NoSpaceException e) {
      assertEquals(size, file.sizeBytes(), "size");
      assertEquals(before, written(file), "written pages");
      return false;
    } finally {
      byte[] got = new byte[(int) Math.min(BYTES, file.sizeBytes())];
      file.read(0, MemorySegment.ofArray(got));
      mask(got);
      byte[] wanted = Arrays.copyOf(expected, got.length);
      mask(wanted);
      assertArrayEquals(wanted, got);
    }
  }

  private static void mask(byte[] bytes) {
    for (int page = 4; page * 4096 < bytes.length; page += 5) {
      Arrays.fill(bytes, page * 4096, Math.min(bytes.length, page * 4096 + 4096), (byte) 0);
    }
  }

  private static BitSet written(DaxFile file) throws IOException {
    BitSet pages = new BitSet();
    for (FileExtent e : file.extents()) {
      for (long i = 0; i < e.length() / 4096 && e.state() == ExtentState.WRITTEN; i++) {
        long page = e.offset() / 4096 + i;
        if (!isStorers(page)) {
          pages.set((int) page);
        }
      }
    }
    return pages;
  }

  private static boolean store(DaxFile file, AtomicBoolean over, Random random) throws IOException {
    try (DaxMapping mapping = file.map(0, BYTES)) {
      while (!over.get()) {
        long page = random.nextInt(PAGES / 5) * 5L + 4;
        try {
          mapping.putLong(page * 4096, page);
        } catch (NoSpaceException | io.jdax.mm.BeyondEndException e) {
          Thread.onSpinWait();
        }
      }
    }
    return true;
  }
}
