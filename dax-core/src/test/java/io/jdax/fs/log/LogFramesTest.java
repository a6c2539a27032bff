package io.jdax.fs.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.tree.ChangePoint;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LogFramesTest {
  @Test
  @DisplayName("Every frame is taken once, and then there is none")
  void take() {
    LogFrames frames = new LogFrames(5);
    Set<Integer> taken = new HashSet<>();
    for (int i = 0; i < 5; i++) {
      taken.add(frames.take());
    }
    assertEquals(Set.of(0, 1, 2, 3, 4), taken);
    assertEquals(-1, frames.take());
    assertEquals(0, frames.fewestFree());
    assertEquals(5, frames.count());
  }

  @Test
  @DisplayName("A frame is free when a commit behind the one that it was retired by is durable")
  void retire() {
    LogFrames frames = new LogFrames(3);
    int first = frames.take();
    int second = frames.take();
    frames.retire(first, ChangePoint.ofCommit(10));
    frames.retire(second, ChangePoint.ofCommit(11));
    assertTrue(frames.isWaitingForCommit());
    frames.committed(9);
    frames.committed(10);
    assertEquals(1, frames.freeCount());
    frames.committed(11);
    assertEquals(2, frames.freeCount());
    assertTrue(frames.isWaitingForCommit());
    frames.committed(12);
    assertEquals(3, frames.freeCount());
    assertFalse(frames.isWaitingForCommit());
  }

  @Test
  @DisplayName("A frame is free at once if the commit behind its own is durable already")
  void retireLate() {
    LogFrames frames = new LogFrames(2);
    frames.committed(10);
    frames.retire(frames.take(), ChangePoint.ofCommit(10));
    assertEquals(1, frames.freeCount(), "10 is the last one that is durable");
    frames.committed(11);
    frames.retire(frames.take(), ChangePoint.ofCommit(10));
    assertEquals(2, frames.freeCount());
  }

  @Test
  @DisplayName("A frame that is bad does not come back")
  void lose() {
    LogFrames frames = new LogFrames(2);
    frames.take();
    frames.lose();
    frames.committed(1);
    assertEquals(1, frames.freeCount());
  }
}
