package io.jdax.fs.space;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which runs come back with which commit. */
class DelayedFreesTest {
  private final DelayedFrees delayed = new DelayedFrees();
  private final List<String> taken = new ArrayList<>();
  private final RunTaker taker = (start, count) -> taken.add(start + "+" + count);

  @AfterEach
  void hearNothing() {
    FailurePoint.listen(null);
  }

  private List<String> committed(long commit) {
    taken.clear();
    delayed.committed(commit, taker);
    return List.copyOf(taken);
  }

  @Test
  @DisplayName("A run comes back when the commit after its own is durable, once")
  void nextCommit() {
    assertEquals(List.of(), committed(4));
    assertTrue(delayed.add(10, 3, 5));
    assertTrue(delayed.add(20, 4, 4));
    assertEquals(7, delayed.waitingCount());
    assertEquals(List.of("20+4"), committed(5));
    assertEquals(3, delayed.waitingCount());
    assertEquals(List.of("10+3"), committed(6));
    assertEquals(0, delayed.waitingCount());
    assertEquals(List.of(), committed(7));
  }

  @Test
  @DisplayName("What no durable commit shows, nor the one before it, is not kept at all")
  void late() {
    assertEquals(List.of(), committed(9));
    assertFalse(delayed.add(1, 1, 8));
    assertTrue(delayed.add(1, 1, 9));
    assertEquals(1, delayed.waitingCount());
  }

  @Test
  @DisplayName("Runs come back by commit, whatever the order that they were given in")
  void order() {
    delayed.add(30, 1, 8);
    delayed.add(10, 1, 6);
    delayed.add(20, 1, 7);
    delayed.add(11, 1, 6);
    assertEquals(List.of(), committed(6));
    assertEquals(List.of("10+1", "11+1", "20+1"), committed(8));
    assertEquals(List.of("30+1"), committed(9));
  }

  @Test
  @DisplayName("Many runs wait for one commit")
  void many() {
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      delayed.add(i, i + 1, 3);
      expected.add(i + "+" + (i + 1));
    }
    assertEquals(5050, delayed.waitingCount());
    assertEquals(expected, committed(4));
  }

  /** Every allocation fails from now on. */
  private static void noMemory() {
    FailurePoint.listen(
        point -> {
          if (point == FailurePoint.ALLOCATION) {
            throw new OutOfMemoryError("of a test");
          }
        });
  }

  @Test
  @DisplayName("What was prepared for can be given back without memory, and no more than that")
  void prepared() {
    for (int i = 0; i < 5; i++) {
      delayed.add(i, 1, 3);
    }
    delayed.prepare(20, 3);
    noMemory();
    for (int i = 0; i < 20; i++) {
      delayed.addPrepared(100 + i, 2, 3);
    }
    FailurePoint.listen(null);
    assertEquals(45, delayed.waitingCount());
    List<String> found = committed(4);
    assertEquals(25, found.size());
    assertEquals("119+2", found.getLast());
  }

  @Test
  @DisplayName("What others give back meanwhile leaves room for what was prepared for")
  void preparedBesideOthers() {
    delayed.prepare(3, 3);
    for (int i = 0; i < 100; i++) {
      delayed.add(i, 1, 3);
      noMemory();
      try {
        delayed.add(1000, 1, 3); // perhaps there is room, but not the room of the three
      } catch (OutOfMemoryError e) {
        // There was none.
      }
      FailurePoint.listen(null);
    }
    long before = delayed.waitingCount();
    noMemory();
    for (int i = 0; i < 3; i++) {
      delayed.addPrepared(2000 + i, 1, 3);
    }
    assertEquals(before + 3, delayed.waitingCount());
  }

  @Test
  @DisplayName("What an earlier change prepared and did not use is forgotten")
  void preparedAnew() {
    delayed.prepare(6, 3);
    delayed.prepare(1, 3);
    noMemory();
    delayed.addPrepared(7, 1, 3);
    for (int i = 0; i < 7; i++) {
      delayed.add(8 + i, 1, 3);
    }
    assertThrows(OutOfMemoryError.class, () -> delayed.add(99, 1, 3));
    assertEquals(8, delayed.waitingCount(), "eight runs fit at first");
  }

  @Test
  @DisplayName("What the taker has no memory for waits for the next commit, and is counted")
  void takerWithoutMemory() {
    delayed.add(10, 2, 3);
    delayed.add(20, 3, 3);
    delayed.add(30, 4, 3);
    delayed.add(40, 5, 4);
    delayed.committed(
        5,
        (start, count) -> {
          if (start == 20) {
            throw new OutOfMemoryError("of a test");
          }
          taker.take(start, count);
        });
    assertEquals(List.of("10+2"), taken);
    assertEquals(12, delayed.waitingCount());
    assertFalse(delayed.add(50, 1, 4), "the commit has happened all the same");
    assertEquals(List.of("20+3", "30+4", "40+5"), committed(6));
    assertEquals(0, delayed.waitingCount());
  }
}
