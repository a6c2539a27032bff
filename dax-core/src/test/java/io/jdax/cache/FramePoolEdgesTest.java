package io.jdax.cache;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Messages;
import io.jdax.mm.engine.FrameShortage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a pool says of itself at the edges, and what the hand takes: by one thread. */
class FramePoolEdgesTest {
  private static final int FRAMES = 16;

  private final FramePool pool = new FramePool("region", 1000, FRAMES, 8);
  private final FrameOwner owner = new IdleOwner();

  /** Fills what is free with pages of the number of their frame. */
  private void fill() {
    for (int i = pool.freeFrames(); i > 0; i--) {
      int frame = pool.allocate(false);
      pool.publish(frame, owner, frame, BlockStates.MAPPED);
    }
  }

  private List<Long> candidates(int max) {
    Candidates found = new Candidates();
    pool.candidates(max, found);
    List<Long> pages = new ArrayList<>();
    for (Map.Entry<FrameOwner, Candidates.Batch> e : found.sorted().entrySet()) {
      Candidates.Batch batch = e.getValue();
      Arrays.stream(batch.pages, 0, batch.count).forEach(pages::add);
    }
    return pages;
  }

  private static List<Long> pages(long from, long end) {
    return LongStream.range(from, end).boxed().toList();
  }

  // ---------------------------------------------------------------- how full it is

  @ParameterizedTest(name = "{1} of {0}")
  @CsvSource({"1, 1", "16, 1", "31, 1", "32, 2", "64, 4", "1000, 62"})
  @DisplayName("Frames are few when a 16th of them is left, and one is always few")
  void isLow(int frames, int few) {
    FramePool other = new FramePool("region", 0, frames, frames);
    for (int free = frames; free > few; free--) {
      assertEquals(free, other.freeFrames());
      assertFalse(other.isLow(), free + " are free");
      other.allocate(false);
    }
    assertTrue(other.isLow());
    other.free(other.allocate(false));
    assertTrue(other.isLow());
  }

  @ParameterizedTest(name = "limit {0}")
  @ValueSource(ints = {8, 9, 100})
  @DisplayName("Dirty pages are many when they are more than half of the limit")
  void isDirty(int limit) {
    FramePool other = new FramePool("region", 0, 200, limit);
    for (int dirty = 0; dirty <= limit / 2; dirty++) {
      assertEquals(dirty, other.dirtyFrames());
      assertFalse(other.isDirty(), dirty + " are dirty");
      other.dirtied(1);
    }
    assertTrue(other.isDirty());
    other.dirtied(-1);
    assertFalse(other.isDirty());
  }

  @Test
  @DisplayName("A page that may become dirty gets a frame until as many are dirty as may be")
  void dirtyLimit() {
    for (int dirty = 0; dirty < 8; dirty++) {
      pool.allocate(true);
      pool.dirtied(1);
    }
    FrameShortage shortage = assertThrows(FrameShortage.class, () -> pool.allocate(true));
    assertEquals(FRAMES, shortage.frames());
    pool.dirtied(-1);
    pool.allocate(true);
  }

  @Test
  @DisplayName("What failed last is the cause that there is no frame, until something succeeds")
  void cause() {
    IOException bad = new IOException("bad media");
    FrameShortage shortage;
    fill();
    shortage = assertThrows(FrameShortage.class, () -> pool.allocate(false));
    assertNull(shortage.exhausted().getCause());
    pool.failing(bad);
    assertSame(bad, shortage.exhausted().getCause());
    pool.failing(null);
    assertNull(shortage.exhausted().getCause());
    String said = Messages.of(shortage.exhausted());
    assertTrue(said.contains("region") && said.contains("none of the 16 frames"), said);
  }

  @Test
  @DisplayName("A pool tells its frames, how many are free, dirty, and were evicted")
  void figures() {
    pool.allocate(false);
    pool.dirtied(1);
    pool.dirtied(1);
    pool.evicted(3);
    pool.evicted(4);
    assertEquals("FramePool[region, 16 frames, 15 free, 2 dirty]", pool.toString());
    assertEquals(7, pool.evictions());
  }

  // ---------------------------------------------------------------- the states of blocks

  @Test
  @DisplayName("The state of a block changes if it is what the caller thinks, and else does not")
  void change() {
    int frame = pool.allocate(false);
    pool.publish(frame, owner, 7, BlockStates.all(BlockStates.UNWRITTEN, 8));
    assertFalse(pool.change(frame, 3, BlockStates.DELAYED, BlockStates.MAPPED));
    assertEquals(BlockStates.all(BlockStates.UNWRITTEN, 8), pool.states(frame));
    assertTrue(pool.change(frame, 3, BlockStates.UNWRITTEN, BlockStates.MAPPED));
    assertEquals(
        BlockStates.with(BlockStates.all(BlockStates.UNWRITTEN, 8), 3, BlockStates.MAPPED),
        pool.states(frame));
  }

  @Test
  @DisplayName("States are set from the first block of a range to before its end")
  void setStates() {
    int frame = pool.allocate(false);
    pool.publish(frame, owner, 7, BlockStates.all(BlockStates.UNWRITTEN, 8));
    pool.setStates(frame, 2, 5, BlockStates.MAPPED);
    for (int block = 0; block < 8; block++) {
      assertEquals(
          block >= 2 && block < 5 ? BlockStates.MAPPED : BlockStates.UNWRITTEN,
          BlockStates.get(pool.states(frame), block));
    }
    int before = pool.states(frame);
    pool.setStates(frame, 4, 4, BlockStates.NONE);
    assertEquals(before, pool.states(frame));
  }

  // ---------------------------------------------------------------- the hand

  @Test
  @DisplayName("The hand goes round once to forgive, takes as many as are asked for, and goes on")
  void hand() {
    fill();
    assertEquals(pages(0, 4), candidates(4));
    assertEquals(pages(4, 8), candidates(4));
    assertEquals(List.of(), candidates(0));
    assertEquals(pages(8, 16), candidates(8));
    assertEquals(pages(0, 1), candidates(1));
  }

  @Test
  @DisplayName("The hand takes no page twice at a time, when all were used as when none was")
  void noPageTwice() {
    fill();
    assertEquals(pages(0, 16), candidates(Integer.MAX_VALUE), "after a round that forgives");
    for (int frame = 0; frame < FRAMES; frame++) {
      pool.touch(frame);
    }
    assertEquals(pages(0, 16), candidates(Integer.MAX_VALUE));
  }

  @Test
  @DisplayName("A page that has just come is not the first to go")
  void newPageStays() {
    fill();
    assertEquals(FRAMES, candidates(FRAMES).size());
    pool.free(3);
    fill();
    List<Long> expected = new ArrayList<>(pages(0, 16));
    expected.remove(3L);
    assertEquals(expected, candidates(FRAMES - 1));
  }

  // ---------------------------------------------------------------- frames on their way back

  @Test
  @DisplayName("A retired frame is free when nobody reaches it, and no candidate before")
  void retired() {
    fill();
    pool.retire(5);
    pool.retire(9);
    assertEquals(2, pool.retired());
    assertEquals(0, pool.freeFrames());
    assertFalse(candidates(FRAMES).contains(5L));
    pool.freeRetired(1);
    assertEquals(1, pool.freeFrames());
    assertEquals(5, pool.allocate(false));
    pool.freeRetired(1);
    assertEquals(0, pool.freeFrames(), "those that were retired by then are free already");
    pool.freeRetired(2);
    assertEquals(9, pool.allocate(false));
    assertEquals(2, pool.retired());
  }

  @Test
  @DisplayName("Each frame comes back once, however often all of them are retired")
  void retiredAgainAndAgain() {
    for (int round = 1; round < 5; round++) {
      boolean[] seen = new boolean[FRAMES];
      for (int i = 0; i < FRAMES; i++) {
        int frame = pool.allocate(false);
        assertFalse(seen[frame], "given out twice");
        seen[frame] = true;
        pool.retire(frame);
      }
      // By several turn-overs, of which the second lies across the end of the ring.
      pool.freeRetired(pool.retired() - 3);
      pool.retire(pool.allocate(false));
      pool.freeRetired(pool.retired());
      assertEquals(FRAMES, pool.freeFrames());
    }
  }

  @Test
  @DisplayName("Milliseconds are so many nanoseconds")
  void millis() {
    assertEquals(3_000_000, Flusher.millis(3));
  }
}
