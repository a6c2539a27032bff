package io.jdax.os;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.machine.SystemCallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class AsymmetricFenceTest {
  private static final int ROUNDS = 100_000;
  private static final VarHandle TURN = MethodHandles.arrayElementVarHandle(long[].class);

  /** Off the heap and on it, as the data of a page and its mark are. */
  private final MemorySegment data = Arena.ofAuto().allocate(64L * ROUNDS, 64);

  private final long[] mark = new long[8 * ROUNDS];

  /** How far a side has come; on lines of their own. */
  private final long[] turn = new long[32];

  private final boolean[][] saw = new boolean[2][ROUNDS];

  @Test
  @DisplayName("Of a light and a heavy side at least one sees what the other has stored")
  void oneSees() throws Exception {
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      Future<?> light = other.submit(() -> run(true));
      run(false);
      light.get();
    }
    for (int i = 0; i < ROUNDS; i++) {
      assertTrue(saw[0][i] || saw[1][i], "round " + i);
    }
  }

  private Void run(boolean light) throws SystemCallException {
    for (int i = 0; i < ROUNDS; i++) {
      await(light ? 0 : 16, light ? 16 : 0, i);
      saw[light ? 0 : 1][i] = light ? light(i) : heavy(i);
    }
    return null;
  }

  private boolean light(int i) {
    data.set(ValueLayout.JAVA_LONG, 64L * i, 1);
    AsymmetricFence.light();
    return mark[8 * i] != 0;
  }

  private boolean heavy(int i) throws SystemCallException {
    mark[8 * i] = 1;
    AsymmetricFence.heavy();
    return data.get(ValueLayout.JAVA_LONG, 64L * i) != 0;
  }

  @SuppressWarnings("ThreadPriorityCheck") // only for speed: the loop waits in any case
  private void await(int mine, int other, long round) {
    TURN.setRelease(turn, mine, round + 1);
    for (int spins = 0; (long) TURN.getAcquire(turn, other) <= round; spins++) {
      if (spins < 1000) {
        Thread.onSpinWait();
      } else {
        Thread.yield(); // the other side may wait for this one's core
      }
    }
  }
}
