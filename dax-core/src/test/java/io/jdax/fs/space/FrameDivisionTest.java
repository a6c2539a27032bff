package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers and masks of blocks that are smaller than frames. */
class FrameDivisionTest {
  private final FrameDivision four = new FrameDivision(10);

  @ParameterizedTest(name = "block shift {0}")
  @CsvSource({"9, 8, 255", "10, 4, 15", "11, 2, 3"})
  @DisplayName("A frame has 2, 4 or 8 blocks, and a bit for each")
  void sizes(int blockShift, int blocks, int full) {
    FrameDivision division = new FrameDivision(blockShift);
    assertEquals(blocks, division.blocksPerFrame);
    assertEquals(blocks, 1 << division.shift);
    assertEquals(full, division.full);
    assertEquals(7L * blocks, division.blocksOf(7));
    assertEquals(7, division.frameOf(7L * blocks));
    assertEquals(7, division.frameOf(8L * blocks - 1));
    assertEquals(blocks - 1, division.placeOf(8L * blocks - 1));
    assertEquals(0, division.placeOf(8L * blocks));
  }

  @ParameterizedTest
  @ValueSource(ints = {8, 12, 13, 0})
  @DisplayName("Blocks of other sizes do not divide a frame")
  void noSize(int blockShift) {
    assertThrows(IllegalArgumentException.class, () -> new FrameDivision(blockShift));
  }

  @Test
  @DisplayName("A block has its place in one frame, and no block has one in none")
  void frameAt() {
    assertEquals(5, four.frameAt(22, 2));
    assertEquals(0, four.frameAt(0, 0));
    assertEquals(-1, four.frameAt(22, 1));
    assertEquals(-1, four.frameAt(-1, 3));
    assertEquals(-1, four.frameAt(-4, 0));
  }

  @Test
  @DisplayName("A mask has the blocks of a run, and the rest is what it has not")
  void masks() {
    assertEquals(0b0110, four.mask(21, 2));
    assertEquals(0b1111, four.mask(20, 4));
    assertEquals(0b1000, four.mask(23, 1));
    assertEquals(4, four.rest(0));
    assertEquals(1, four.rest(0b1011));
    assertEquals(0, four.rest(0b1111));
  }

  @Test
  @DisplayName(
      "A free run ends at a used block, at the end of the frame, or when it is long enough")
  void freeRun() {
    assertEquals(4, four.freeRun(0, 0, 9));
    assertEquals(3, four.freeRun(0, 0, 3));
    assertEquals(2, four.freeRun(0b0011, 2, 4));
    assertEquals(1, four.freeRun(0b1000, 2, 4));
    assertEquals(0, four.freeRun(0b0100, 2, 4));
    assertEquals(0, four.freeRun(0b0001, 1, 0));
  }

  private List<String> pieces(long block, long count) {
    List<String> pieces = new ArrayList<>();
    four.divide(
        block,
        count,
        (b, n) -> pieces.add("part " + b + "+" + n),
        (b, n) -> pieces.add(b + "+" + n));
    return pieces;
  }

  @Test
  @DisplayName("A run is divided into parts of frames, and whole frames that lie together")
  void divide() {
    assertEquals(List.of(), pieces(5, 0));
    assertEquals(List.of("part 5+1"), pieces(5, 1));
    assertEquals(List.of("part 4+3"), pieces(4, 3));
    assertEquals(List.of("4+4"), pieces(4, 4));
    assertEquals(List.of("4+8"), pieces(4, 8));
    assertEquals(List.of("4+4", "part 8+1"), pieces(4, 5));
    assertEquals(List.of("part 5+3", "8+8", "part 16+2"), pieces(5, 13));
    assertEquals(List.of("part 7+1", "part 8+3"), pieces(7, 4));
    assertTrue(four.isWhole(8, 12));
    assertFalse(four.isWhole(8, 11));
    assertFalse(four.isWhole(9, 17));
  }
}
