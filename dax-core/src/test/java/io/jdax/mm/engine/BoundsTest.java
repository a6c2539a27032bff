package io.jdax.mm.engine;

import static io.jdax.LongSizes.HUGE;
import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The end of a mapping, met by loops: compiled, they ask for the bounds once before they begin, and
 * must still stop where a mapping stops.
 */
class BoundsTest {
  private static final int ROUNDS = 10;

  private TinyDisk disk;
  private TinyFile file;

  /** How the frames of the mapping lie. */
  enum Frames {
    /** In a row, so that the mapping is one run. */
    RUN,
    /** Page by page in the other direction. */
    PIECES,
    /** A run that ends within the mapping. */
    RUN_AND_PIECES
  }

  @BeforeEach
  void open() throws IOException {
    Region region = Region.anonymous("bounds", 16 << 20);
    disk = new TinyDisk(region, RecordingPersister.alone(region));
    file = (TinyFile) disk.create("b");
  }

  @AfterEach
  void close() throws IOException {
    file.space().close();
    disk.close();
  }

  private FileMapping map(Frames frames) throws IOException {
    int pages = (int) (2 * HUGE / PAGE);
    int pieces = frames == Frames.RUN ? 0 : frames == Frames.PIECES ? pages : pages / 2;
    if (pieces < pages) {
      file.put(0, pages - pieces, true, 512);
    }
    for (int page = pages - 1; page >= pages - pieces; page--) {
      file.put(page, 1, true, 1);
    }
    // Not a whole page at the end: its table has it, the mapping does not.
    return file.space().map(0, 2 * HUGE - 3000);
  }

  private static long sum(FileMapping m, long from, int count) throws IOException {
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += m.getLong(from + i * 8L);
    }
    return sum;
  }

  private static int fill(FileMapping m, long from, int count, long value) throws IOException {
    for (int i = 0; i < count; i++) {
      try {
        m.putLong(from + i * 8L, value);
      } catch (IndexOutOfBoundsException e) {
        return i;
      }
    }
    return count;
  }

  @ParameterizedTest
  @EnumSource(Frames.class)
  @DisplayName(
      "A loop that leaves a mapping has stored all that is in it, and is told where it ends")
  void loopsStopAtTheEnd(Frames frames) throws IOException {
    FileMapping m = map(frames);
    for (long beyond : new long[] {-8, m.sizeBytes(), 1L << 34, 1L << 35, Long.MIN_VALUE}) {
      assertThrows(IndexOutOfBoundsException.class, () -> m.getLong(beyond)); // nothing shown yet
    }
    int longs = (int) (m.sizeBytes() / 8);
    for (int round = 1; round <= ROUNDS; round++) {
      assertEquals(longs, fill(m, 0, longs, round));
      assertEquals((long) longs * round, sum(m, 0, longs));
    }
    assertEquals(longs - 1000, fill(m, 8000, longs, 7));
    assertEquals(7L * (longs - 1000) + 1000L * ROUNDS, sum(m, 0, longs));
    assertEquals(0, fill(m, -16, longs, 8));
    assertEquals(0, fill(m, 1L << 34, longs, 8));
    assertEquals(0, fill(m, Long.MAX_VALUE - 7, 2, 8)); // the next one would be negative
    assertEquals(7L * (longs - 1000) + 1000L * ROUNDS, sum(m, 0, longs));
    IndexOutOfBoundsException e =
        assertThrows(IndexOutOfBoundsException.class, () -> sum(m, 8, longs));
    assertTrue(Messages.of(e).contains(String.valueOf(m.sizeBytes())), Messages.of(e));
  }
}
