package io.jdax.fs;

import static io.jdax.fs.Modes.RW;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenAgainstUnlinkTest {
  private static final int ROUNDS = 4_000 * Integer.getInteger("jdax.test.multiplier", 1);

  @Test
  @DisplayName(
      "A file that is opened while its last user closes it, and unlinked then, lives on as long as"
          + " it is open")
  void openWhileItIsPutAway() throws Exception {
    try (FsFixture f = new FsFixture(4 << 20);
        ExecutorService pool = Executors.newFixedThreadPool(4)) {
      AtomicBoolean end = new AtomicBoolean();
      List<Future<?>> all = new ArrayList<>();
      for (int thread = 0; thread < 3; thread++) {
        all.add(
            pool.submit(
                () -> {
                  while (!end.get()) {
                    try (DaxFile file = f.fs.open("/f", RW)) {
                      file.allocate(0, 4096, false);
                      assertEquals(4096, file.stat().sizeBytes());
                    }
                  }
                  return null;
                }));
      }
      try {
        for (int i = 0; i < ROUNDS && all.stream().noneMatch(Future::isDone); i++) {
          try {
            f.fs.unlink("/f");
          } catch (NoSuchFileException e) {
            // nobody has made it again yet
          }
        }
      } finally {
        end.set(true);
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
  }
}
