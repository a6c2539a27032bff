package io.jdax.tests.fs;

import static io.jdax.tests.fs.TestFs.PAGE;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.DaxFile;
import io.jdax.mm.DaxMapping;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The JVM's handshake that ends an epoch may interrupt a thread that it finds in an access. The
 * thread's next wait, or its FileChannel, must not have to pay for that.
 */
class InterruptStatusTest {
  @Test
  @DisplayName(
      "Loads and stores never leave their thread interrupted, however often blocks are freed")
  void accessesDoNotInterrupt() throws Exception {
    int rounds = Hammer.rounds(4_000);
    try (TestFs t = TestFs.format(2 << 20);
        DaxFile file = t.create("/f");
        DaxFile other = t.create("/g")) {
      file.truncate(16 * PAGE);
      DaxMapping view = file.map(0, 16 * PAGE);
      Hammer hammer = new Hammer();
      hammer.driver(
          () -> {
            for (int r = 0; r < rounds && hammer.on(); r++) {
              other.write(0, java.nio.ByteBuffer.allocate(8));
              other.truncate(0);
              t.fs().reclaim();
            }
          });
      for (int i = 0; i < 2; i++) {
        hammer.meanwhile(
            () -> {
              long at = ThreadLocalRandom.current().nextLong(2 * PAGE) * 8;
              for (int n = 0; n < 20; n++) {
                view.putLong(at, n);
                view.getLong(at);
              }
              assertFalse(Thread.interrupted(), "interrupted by an access");
            });
      }
      hammer.run();
      assertTrue(t.fs().quarantine().turnOvers() >= rounds);
    }
  }

  @Test
  @DisplayName("A thread that was interrupted before an access is interrupted after it")
  void interruptsAreKept() throws Exception {
    try (TestFs t = TestFs.format(2 << 20);
        DaxFile file = t.create("/f")) {
      file.truncate(PAGE);
      DaxMapping view = file.map(0, PAGE);
      Thread.currentThread().interrupt();
      view.putLong(0, 1);
      view.getLong(0);
      file.punchHole(0, PAGE);
      t.fs().reclaim();
      view.getLong(0);
      file.fsync();
      assertTrue(Thread.interrupted());
    }
  }
}
