package io.jdax.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Claims of stack that is there, or is not. */
class StackRoomTest {
  private static final int INTERPRETED = 0;

  /** Enough for both compilers. */
  private static final int COMPILED = 50_000;

  /** In frames of the callers here, of some 100 bytes at most. */
  private static final int APART = 20;

  private static final int DESCENTS = 20;

  private static final int[] LAYERS = {StackRoom.ENGINE, StackRoom.TREE, StackRoom.FILE_SYSTEM};

  /** How many frames from the end of the stack upward a claim is refused in, by layer. */
  private final int[] refused = new int[LAYERS.length];

  /** How many layers are granted what they claim. */
  private int granted;

  @Test
  @DisplayName("A thread near the end of its stack is refused, by higher layers earlier")
  void refuses() throws InterruptedException {
    StackRoom.claim(StackRoom.ENGINE); // its class is there
    for (int calls : new int[] {INTERPRETED, COMPILED}) {
      for (int i = 0; i < calls; i++) {
        StackRoom.claim(StackRoom.FILE_SYSTEM);
      }
      // A compiler may make frames smaller in the middle of a descent: then another one tells.
      boolean ordered = false;
      for (int i = 0; i < DESCENTS && !ordered; i++) {
        descend();
        ordered = refused[0] > APART;
        for (int layer = 1; layer < LAYERS.length; layer++) {
          ordered &= refused[layer] > refused[layer - 1] + APART;
        }
      }
      assertTrue(ordered, "after " + calls + " calls: " + Arrays.toString(refused));
    }
  }

  private void descend() throws InterruptedException {
    granted = 0;
    Arrays.fill(refused, 0);
    Thread thread = new Thread(null, this::deep, "deep", 512 << 10);
    thread.start();
    thread.join();
    assertEquals(LAYERS.length, granted, "granted at last");
  }

  /** The same frames for all layers, since a compiler may make them smaller at any time. */
  @SuppressWarnings("InfiniteRecursion") // it is to end in an overflow
  private void deep() {
    try {
      deep();
    } catch (StackOverflowError e) {
      // As deep as it goes: now back.
    }
    for (int i = granted; i < LAYERS.length; i++) {
      try {
        StackRoom.claim(LAYERS[i]);
        granted = i + 1;
      } catch (StackOverflowError e) {
        for (int higher = i; higher < LAYERS.length; higher++) {
          refused[higher]++;
        }
        return;
      }
    }
  }
}
