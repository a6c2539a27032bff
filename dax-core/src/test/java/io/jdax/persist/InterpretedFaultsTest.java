package io.jdax.persist;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.machine.Architecture;
import io.jdax.os.LinuxFiles;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Truncation under the mapping in JVMs that only interpret, only compile, or have no stubs. */
class InterpretedFaultsTest {
  @ParameterizedTest
  @DisplayName("Truncation never ends the jvm")
  @ValueSource(strings = {"-Xint", "-XX:TieredStopAtLevel=1", "-Djdax.stubs=off"})
  void truncationNeverEndsTheJvm(String flag) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                flag,
                "--enable-native-access=ALL-UNNAMED",
                "-XX:-CreateCoredumpOnCrash",
                "-XX:ErrorFile=/dev/null",
                "-cp",
                System.getProperty("java.class.path"),
                Faulty.class.getName())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.contains("all faults reported"), said);
  }

  /** Runs in the other JVM. */
  public static final class Faulty {
    private Faulty() {}

    private interface Work {
      void run() throws IOException;
    }

    public static void main(String[] args) throws IOException {
      try (Region region = Region.anonymous("faulty", 65_536)) {
        region.segment().fill((byte) 1);
        LinuxFiles.ftruncate(region.fd(), 0, "faulty");
        MemorySegment source = MemorySegment.ofArray(new byte[4096]);
        Persister chosen = Persister.of(region);
        Persister msync = new MsyncPersister(region, "test");
        Persister fence = new FencePersister(region, DeepFlush.NONE);
        for (int i = 0; i < 300; i++) {
          int length = i % 2 == 0 ? 8 : 4096;
          for (Persister persister : List.of(chosen, msync, fence)) {
            expect(() -> persister.copyPersist(4096, source, 0, length));
            expect(() -> persister.fillPersist(4096, length, (byte) 1));
            // On aarch64 a core may have nothing to clean where nothing is.
            if (persister.equals(msync)
                || (!persister.equals(fence) && Architecture.CURRENT != Architecture.AARCH64)) {
              expect(() -> persister.persist(4096, length));
            }
          }
        }
      }
      System.out.println("all faults reported");
    }

    private static void expect(Work work) throws IOException {
      try {
        work.run();
      } catch (MediaErrorException expected) {
        return;
      }
      throw new AssertionError("no fault was reported");
    }
  }
}
