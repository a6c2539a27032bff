package io.jdax.fs;

import static io.jdax.LongSizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.FailAtEveryStepTest.Mounted;
import io.jdax.fs.FailAtEveryStepTest.Operation;
import io.jdax.fs.FailAtEveryStepTest.Step;
import io.jdax.fs.space.FailurePoint;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A thread that keeps a lock goes on without noticing, since it may take it again. So an operation
 * fails in a thread that ends, and another one does all there is to do.
 */
class NoLockStaysTest {
  private static final int FIRST_STEPS = 4;

  private static final List<Step> ALL_THERE_IS =
      List.of(
          m -> m.file.write(70 * PAGE, MemorySegment.ofArray(new byte[100])),
          m -> m.map().putLong(35 * PAGE, 1),
          m -> m.file.allocate(0, 190 * PAGE, false),
          m -> m.file.punchHole(20 * PAGE, PAGE),
          m -> m.file.setExtentSizeHint(16 * PAGE),
          m -> m.file.truncate(60 * PAGE + 7),
          m -> m.file.truncate(600 * PAGE),
          m -> m.file.fsync(),
          m -> m.fs.createDirectory("/z"),
          m -> m.fs.rename("/z", "/y"),
          m -> m.fs.setAttribute("/f", "user.b", new byte[10]),
          m -> m.fs.unlink("/e"),
          m -> m.fs.sync());

  @BeforeAll
  static void makeImage() throws IOException {
    FailAtEveryStepTest.makeImage();
  }

  @AfterEach
  void hearNothing() {
    FailurePoint.listen(null);
  }

  static List<Arguments> cases() {
    return FailAtEveryStepTest.cases();
  }

  @ParameterizedTest(name = "{0} fails at {1}")
  @MethodSource("cases")
  @DisplayName(
      "Whatever an operation ends with, it leaves no lock behind that another thread needs")
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void anotherThreadGoesOn(Operation op, FailurePoint point) throws Exception {
    int failing = 1;
    while (failing <= FIRST_STEPS && failedInAnother(op, point, failing)) {
      failing++;
    }
  }

  private static boolean failedInAnother(Operation op, FailurePoint point, int failing)
      throws Exception {
    try (Mounted m = new Mounted()) {
      op.before().run(m);
      int[] count = {0};
      FutureTask<Void> operation =
          new FutureTask<>(
              () -> {
                op.step().run(m);
                return null;
              });
      Thread thread = new Thread(operation, "operation");
      FailurePoint.listen(
          p -> {
            if (p == point && Thread.currentThread().equals(thread) && ++count[0] == failing) {
              FailAtEveryStepTest.<RuntimeException>fail(point);
            }
          });
      thread.start();
      thread.join();
      FailurePoint.listen(null);
      try {
        operation.get();
      } catch (ExecutionException e) {
        assertTrue(count[0] >= failing, "nothing was injected");
      }
      for (Step next : ALL_THERE_IS) {
        try {
          next.run(m);
        } catch (IOException e) {
          assertNotNull(m.volume().tree.failure(), "it goes on unless the tree has failed");
        }
      }
      try {
        m.unmount();
      } catch (IOException e) {
        assertNotNull(m.volume().tree.failure());
        m.fs.close();
      }
      return count[0] >= failing;
    }
  }
}
