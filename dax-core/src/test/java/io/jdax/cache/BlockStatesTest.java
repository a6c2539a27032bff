package io.jdax.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands behind the blocks of one page, in one word. */
class BlockStatesTest {
  private static final int MOST = 8;

  private static int word(int... states) {
    int word = 0;
    for (int block = 0; block < states.length; block++) {
      word = BlockStates.with(word, block, states[block]);
    }
    return word;
  }

  @Test
  @DisplayName("A word says of each block what was said last, and nothing of the others changes")
  void eachBlock() {
    Random random = new Random(1);
    int[] states = new int[MOST];
    int word = BlockStates.all(BlockStates.NONE, MOST);
    for (int i = 0; i < 1000; i++) {
      int changed = random.nextInt(MOST);
      states[changed] = random.nextInt(4);
      word = BlockStates.with(word, changed, states[changed]);
      for (int block = 0; block < MOST; block++) {
        assertEquals(states[block], BlockStates.get(word, block));
      }
    }
  }

  @ParameterizedTest(name = "{0} blocks")
  @ValueSource(ints = {1, 2, 4, 8})
  @DisplayName("All is so many blocks of a state, and none behind them")
  void all(int blocks) {
    for (int state = 0; state < 4; state++) {
      int word = BlockStates.all(state, blocks);
      for (int block = 0; block < 16; block++) {
        assertEquals(block < blocks ? state : BlockStates.NONE, BlockStates.get(word, block));
      }
    }
  }

  @ParameterizedTest(name = "{0} blocks")
  @ValueSource(ints = {1, 2, 4, 8})
  @DisplayName("A page is complete unless nothing is set aside for one of its blocks")
  void isComplete(int blocks) {
    assertFalse(BlockStates.isComplete(BlockStates.all(BlockStates.NONE, blocks), blocks));
    for (int state = BlockStates.DELAYED; state <= BlockStates.MAPPED; state++) {
      int word = BlockStates.all(state, blocks);
      assertTrue(BlockStates.isComplete(word, blocks));
      for (int hole = 0; hole < blocks; hole++) {
        int other = BlockStates.with(word, hole, BlockStates.NONE);
        assertFalse(BlockStates.isComplete(other, blocks), "block " + hole);
      }
    }
  }

  @Test
  @DisplayName("Blocks of a state are counted in the range and not beside it")
  void count() {
    int word = word(3, 3, 1, 3, 0, 3, 3, 2);
    assertEquals(5, BlockStates.count(word, 0, 8, BlockStates.MAPPED));
    assertEquals(2, BlockStates.count(word, 1, 5, BlockStates.MAPPED));
    assertEquals(1, BlockStates.count(word, 7, 8, BlockStates.UNWRITTEN));
    assertEquals(0, BlockStates.count(word, 0, 7, BlockStates.UNWRITTEN));
    assertEquals(0, BlockStates.count(word, 3, 3, BlockStates.MAPPED));
  }

  @Test
  @DisplayName("A run ends before the first block in another state, or where the range does")
  void runEnd() {
    int word = word(3, 3, 1, 2, 2, 2, 0, 0);
    assertEquals(2, BlockStates.runEnd(word, 0, 8));
    assertEquals(2, BlockStates.runEnd(word, 1, 8));
    assertEquals(3, BlockStates.runEnd(word, 2, 8));
    assertEquals(6, BlockStates.runEnd(word, 3, 8));
    assertEquals(5, BlockStates.runEnd(word, 3, 5));
    assertEquals(8, BlockStates.runEnd(word, 6, 8));
    assertEquals(8, BlockStates.runEnd(word, 7, 8));
  }
}
