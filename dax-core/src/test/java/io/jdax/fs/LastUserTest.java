package io.jdax.fs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.fs.facts.OpenMode;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever uses a file last puts it away, whichever of two threads that is. */
@Timeout(120)
class LastUserTest {
  private static final int ROUNDS = 40_000;

  private static final OpenMode[] MAKE = {OpenMode.WRITE, OpenMode.CREATE};

  @Test
  @DisplayName(
      "A file that loses its name beside opens and closes of others is given up by the last")
  void unlinkedBesideCloses() throws Exception {
    try (FsFixture fixture = new FsFixture(8 << 20)) {
      DaxFileSystem fs = fixture.fs;
      fs.open("/f", MAKE).close();
      CyclicBarrier round = new CyclicBarrier(2);
      FutureTask<Void> other =
          new FutureTask<>(
              () -> {
                for (int i = 0; i < ROUNDS; i++) {
                  round.await();
                  openAndClose(fs);
                  round.await();
                }
                return null;
              });
      Thread.ofPlatform().start(other);
      for (int i = 0; i < ROUNDS; i++) {
        DaxFile file = fs.open("/f", MAKE);
        round.await();
        file.close();
        fs.unlink("/f");
        round.await();
        assertEquals(1, fs.statfs().inodes(), "round " + i + ": the root alone is left");
      }
      other.get();
    }
  }

  private static void openAndClose(DaxFileSystem fs) throws IOException {
    try {
      for (int i = 0; i < 20; i++) {
        fs.open("/f").close();
      }
    } catch (NoSuchFileException gone) {
      // By the other thread, which ends the round.
    }
  }
}
