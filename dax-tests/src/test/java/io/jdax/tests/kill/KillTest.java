package io.jdax.tests.kill;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * Real processes that die for real, again and again over the same file systems. Of all kills half
 * are by SIGKILL, a quarter by the process itself, and a quarter by the kernel for want of memory.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillTest {
  private static final int STREAMS = 2;
  private static final int TRAINING = 150;
  private static final int KILLS =
      Integer.getInteger("jdax.test.kills", 100 * Integer.getInteger("jdax.test.multiplier", 1));

  private final long seed = Long.getLong("jdax.test.seed", System.nanoTime());
  private @Nullable ChildJvms jvms;

  private interface Step {
    void run() throws Exception;
  }

  private interface Deaths {
    Death make() throws IOException;
  }

  @BeforeAll
  void train() throws Exception {
    assumeTrue(Files.isDirectory(Path.of("/dev/shm")), "needs /dev/shm");
    System.out.println("seed " + seed);
    ChildJvms made = new ChildJvms();
    jvms = made;
    try (KillStream stream = new KillStream(made, new SignalDeath(), new Random(seed))) {
      guarded(stream, () -> stream.unharmed(TRAINING));
    }
  }

  @AfterAll
  void close() throws IOException {
    if (jvms != null) {
      jvms.close();
    }
  }

  @Test
  @DisplayName(
      "After SIGKILL at any moment, what was acknowledged is there, and what was under way is whole"
          + " or absent")
  void bySignal() throws Exception {
    die("SIGKILL", KILLS - 2 * (KILLS / 4), SignalDeath::new);
  }

  @Test
  @DisplayName(
      "After a thread has halted the JVM at any moment, what was acknowledged is there, and what was"
          + " under way is whole or absent")
  void byItself() throws Exception {
    die("halt", KILLS / 4, HaltDeath::new);
  }

  @Test
  @DisplayName(
      "After the kernel has killed the JVM for want of memory, what was acknowledged is there, and"
          + " what was under way is whole or absent")
  void forWantOfMemory() throws Exception {
    die(
        "OOM killer",
        KILLS / 4,
        () -> {
          try {
            return new MemoryDeath();
          } catch (IOException e) {
            return abort("needs a memory cgroup: " + e);
          }
        });
  }

  private void die(String way, int kills, Deaths deaths) throws Exception {
    KillCounts counts = new KillCounts();
    Random random = new Random(seed);
    AtomicBoolean failed = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(STREAMS)) {
      List<KillStream> streams = new ArrayList<>();
      try {
        for (int i = 0; i < STREAMS; i++) {
          streams.add(
              new KillStream(requireNonNull(jvms), deaths.make(), new Random(random.nextLong())));
        }
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < STREAMS; i++) {
          KillStream stream = streams.get(i);
          int share = (kills + i) / STREAMS;
          ends.add(
              threads.submit(
                  () -> {
                    try {
                      for (int k = 0; k < share && !failed.get(); k++) {
                        guarded(stream, stream::kill);
                      }
                    } catch (Throwable t) {
                      failed.set(true); // so that the others end
                      throw t;
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
    System.out.println(way + ": " + counts);
    assertEquals(kills, counts.kills);
    if (kills >= 50) {
      assertTrue(counts.inTheMiddle.size() > 8, () -> "killed in too little: " + counts);
    }
  }

  private void guarded(KillStream stream, Step step) throws Exception {
    try {
      step.run();
    } catch (Throwable t) {
      throw new AssertionError(
          "-Djdax.test.seed=%d repeats the operations, not the moments: %s\n  %s\n%s"
              .formatted(seed, t.getMessage(), stream.log(), requireNonNull(jvms).errors()),
          t);
    }
  }
}
