package io.jdax.tests.kill;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Real processes, killed for real, again and again over the same file systems. */
class KillTest {
  private static final int STREAMS = 2;
  private static final int TRAINING = 150;

  private final AtomicBoolean failed = new AtomicBoolean();

  @Test
  @DisplayName(
      "After a kill at any moment, what was acknowledged is there, and what was under way is whole"
          + " or absent")
  void anyMoment() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/dev/shm")), "needs /dev/shm");
    int kills =
        Integer.getInteger("jdax.test.kills", 200 * Integer.getInteger("jdax.test.multiplier", 1));
    long seed = Long.getLong("jdax.test.seed", System.nanoTime());
    System.out.println("seed " + seed);
    Random random = new Random(seed);
    KillCounts counts = new KillCounts();
    try (ChildJvms jvms = new ChildJvms();
        ExecutorService threads = Executors.newFixedThreadPool(STREAMS)) {
      List<KillStream> streams = new ArrayList<>();
      try {
        for (int i = 0; i < STREAMS; i++) {
          streams.add(new KillStream(jvms, new Random(random.nextLong())));
        }
        guarded(jvms, streams.getFirst(), seed, () -> streams.getFirst().unharmed(TRAINING));
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
          KillStream stream = streams.get(i);
          int share = (kills + i) / STREAMS;
          ends.add(
              threads.submit(
                  () -> {
                    for (int k = 0; k < share && !failed.get(); k++) {
                      guarded(jvms, stream, seed, stream::kill);
                    }
                    return null;
                  }));
        }
        for (Future<?> end : ends) {
          end.get();
        }
      } catch (ExecutionException e) {
        Throwable cause = requireNonNull(e.getCause());
        throw new AssertionError(cause.getMessage(), cause);
      } finally {
        for (KillStream stream : streams) {
          counts.add(stream.counts);
          stream.close();
        }
      }
    }
    System.out.println(counts);
    assertEquals(kills, counts.kills);
    if (kills >= 200) {
      assertTrue(counts.inTheMiddle.size() > 8, () -> "killed in too little: " + counts);
    }
  }

  private interface Step {
    void run() throws Exception;
  }

  private void guarded(ChildJvms jvms, KillStream stream, long seed, Step step) throws Exception {
    try {
      step.run();
    } catch (Throwable t) {
      failed.set(true);
      throw new AssertionError(
          "-Djdax.test.seed=%d repeats the operations, not the moments: %s\n  %s\n%s"
              .formatted(seed, t.getMessage(), stream.log(), jvms.errors()),
          t);
    }
  }
}
