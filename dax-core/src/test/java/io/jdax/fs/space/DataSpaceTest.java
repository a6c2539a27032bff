package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.error.NoSpaceException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage by the block, on a device of 1024 frames, of which 64 are kept back. */
class DataSpaceTest {
  private static final int FRAMES = 1024;
  private static final int RESERVE = 64;

  private final Space space = new Space("r", FRAMES);
  private final BlockRun run = new BlockRun();
  private final PageOwner owner = new PageOwner();

  @AfterEach
  void close() {
    space.close();
  }

  /** Frames that data leaves alone, because the tree has to record who has the last blocks. */
  private static long headroom(int shift) {
    return shift == 12 ? 0 : FRAMES / 64;
  }

  private DataSpace of(int shift) {
    return new DataSpace("r", space, new Units(shift));
  }

  @ParameterizedTest(name = "block shift {0}")
  @ValueSource(ints = {9, 10, 11, 12})
  @DisplayName("Whatever the size of blocks, what is taken and given back is counted in them")
  void counts(int shift) throws NoSpaceException {
    DataSpace data = of(shift);
    long perFrame = 4096L >>> shift;
    long free = FRAMES * perFrame;
    long usable = (FRAMES - RESERVE - headroom(shift)) * perFrame;
    assertEquals(free, data.freeBlocks());
    assertEquals(usable, data.usableBlocks());
    assertEquals(-1, data.markUsed(10 * perFrame, 2 * perFrame));
    assertEquals(11 * perFrame, data.markUsed(11 * perFrame, 1));
    assertEquals(free - 2 * perFrame, data.freeBlocks());
    data.reserve(5 * perFrame);
    assertEquals(usable - 7 * perFrame, data.usableBlocks());
    assertTrue(data.allocatePages(3, 100 * perFrame, run));
    assertEquals(100 * perFrame, run.start());
    assertEquals(3 * perFrame, run.count());
    assertEquals(free - 5 * perFrame, data.freeBlocks());
    data.freeReserved(100 * perFrame, perFrame);
    data.unreserve(3 * perFrame);
    assertEquals(usable - 4 * perFrame, data.usableBlocks());
    data.free(101 * perFrame, perFrame);
    assertEquals(usable - 3 * perFrame, data.usableBlocks());
    data.freeAfter(102 * perFrame, perFrame, 1);
    assertEquals(usable - 3 * perFrame, data.usableBlocks());
    space.committed(2);
    assertEquals(usable - 2 * perFrame, data.usableBlocks());
    assertEquals(free - 2 * perFrame, data.freeBlocks());
    assertThrows(NoSpaceException.class, () -> data.reserve(data.usableBlocks() + 1));
  }

  @ParameterizedTest(name = "block shift {0}")
  @ValueSource(ints = {10, 12})
  @DisplayName("A frame to avoid is used from then on, whatever of it was used before")
  void avoid(int shift) {
    DataSpace data = of(shift);
    long perFrame = 4096L >>> shift;
    data.avoid(7);
    data.avoid(7);
    assertEquals((FRAMES - 1) * perFrame, data.freeBlocks());
    assertEquals(7 * perFrame, data.markUsed(7 * perFrame, 1));
    data.markUsed(8 * perFrame, 1);
    data.avoid(8);
    assertEquals((FRAMES - 2) * perFrame, data.freeBlocks());
    assertTrue(space.isUsed(7) && space.isUsed(8));
    assertFalse(space.isUsed(9) || space.isUsed(6));
  }

  @ParameterizedTest(name = "block shift {0}")
  @ValueSource(ints = {10, 12})
  @DisplayName("A frame for what was accepted is had to the end, from the reserve if it is whole")
  void reserveFrame(int shift) throws NoSpaceException {
    DataSpace data = of(shift);
    long perFrame = 4096L >>> shift;
    assertTrue(data.reserveFrame());
    data.unreserve(perFrame);
    data.reserve(data.usableBlocks());
    int had = 0;
    while (data.reserveFrame()) {
      had++;
    }
    assertEquals(shift == 12 ? RESERVE : 0, had);
  }

  @Test
  @DisplayName("Parts are of blocks that are smaller than frames, and of no others")
  void parts() throws NoSpaceException {
    DataSpace whole = of(12);
    whole.reserve(1);
    assertThrows(IllegalStateException.class, () -> whole.allocatePart(owner, 0, 1, -1, -1, run));
    assertThrows(IllegalStateException.class, () -> whole.takeAtHome(owner, 0, 0, 1));
    whole.releaseAll(owner);
    whole.unreserve(1);
    DataSpace data = of(10);
    data.reserve(4);
    data.allocatePart(owner, 4 * 3 + 1, 1, -1, 4 * 50 + 1, run);
    assertEquals("[201, +1)", run.toString());
    assertFalse(data.takeAtHome(owner, 3, 50, 0b0011));
    assertTrue(data.takeAtHome(owner, 3, 50, 0b0101));
    data.releaseAll(owner);
    assertFalse(data.takeAtHome(new PageOwner(), 9, 50, 0b0100));
    assertTrue(data.takeAtHome(new PageOwner(), 9, 50, 0b1000), "loose, so anybody's");
  }
}
