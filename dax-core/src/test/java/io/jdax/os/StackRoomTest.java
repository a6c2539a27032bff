package io.jdax.os;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Claims of stack that is there, or is not. */
class StackRoomTest {
  private static final int INTERPRETED = 0;

  /** Enough for both compilers. */
  private static final int COMPILED = 50_000;

  private int refused;
  private boolean granted;

  @Test
  @DisplayName("who is near the end of the stack is refused, by higher layers earlier")
  void refuses() throws InterruptedException {
    StackRoom.claim(StackRoom.ENGINE); // its class is there
    for (int calls : new int[] {INTERPRETED, COMPILED}) {
      for (int i = 0; i < calls; i++) {
        StackRoom.claim(StackRoom.FILE_SYSTEM);
      }
      int engine = refusals(StackRoom.ENGINE);
      int tree = refusals(StackRoom.TREE);
      int files = refusals(StackRoom.FILE_SYSTEM);
      // A frame of the callers here has some 100 bytes at most.
      assertTrue(engine > 20, "after " + calls + " calls: " + engine);
      assertTrue(tree > engine + 20, "after " + calls + " calls: " + engine + ", " + tree);
      assertTrue(files > tree + 20, "after " + calls + " calls: " + tree + ", " + files);
    }
  }

  /** How many frames from the end of the stack upward a claim is refused in. */
  private int refusals(int layer) throws InterruptedException {
    refused = 0;
    granted = false;
    Thread thread = new Thread(null, () -> deep(layer), "deep", 512 << 10);
    thread.start();
    thread.join();
    assertTrue(granted);
    return refused;
  }

  private void deep(int layer) {
    try {
      deep(layer);
    } catch (StackOverflowError e) {
      // As deep as it goes: now back.
    }
    if (granted) {
      return;
    }
    try {
      StackRoom.claim(layer);
      granted = true;
    } catch (StackOverflowError e) {
      refused++;
    }
  }
}
