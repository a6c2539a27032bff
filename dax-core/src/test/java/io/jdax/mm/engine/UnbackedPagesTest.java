package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.Sizes;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Sharing;
import io.jdax.os.LinuxFiles;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The region is truncated beneath mappings: in JVMs of all kinds, cold and warm. */
class UnbackedPagesTest {
  @ParameterizedTest
  @ValueSource(strings = {"-Xmixed", "-Xint", "-XX:TieredStopAtLevel=1", "-Xint -Djdax.stubs=off"})
  @DisplayName("No access through a mapping ends the JVM where nothing lies behind the page")
  void typed(String flags) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(Arrays.asList(flags.split(" ")));
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-XX:-CreateCoredumpOnCrash",
            "-XX:ErrorFile=/dev/null",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Faulty.class.getName()));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), said);
    assertTrue(said.contains("all accesses reported"), said);
  }

  /** Runs in the other JVM. */
  public static final class Faulty {
    private static final long PAGE = Sizes.PAGE;

    private Faulty() {}

    private interface Access {
      void at(FileMapping mapping, long offset) throws IOException;
    }

    /** One by one, so that what was said last is what ended the JVM. */
    private static Map<String, Access> accesses() {
      Map<String, Access> all = new LinkedHashMap<>();
      all.put("getByteVolatile", (m, at) -> m.getByteVolatile(at + 3));
      all.put("getShortAcquire", (m, at) -> m.getShortAcquire(at + 2));
      all.put("getIntOpaque", (m, at) -> m.getIntOpaque(at + 4));
      all.put("getLongVolatile", (m, at) -> m.getLongVolatile(at + 8));
      all.put("putByteVolatile", (m, at) -> m.putByteVolatile(at + 3, (byte) 1));
      all.put("putByteRelease", (m, at) -> m.putByteRelease(at + 3, (byte) 1));
      all.put("putByteOpaque", (m, at) -> m.putByteOpaque(at + 3, (byte) 1));
      all.put("putShortVolatile", (m, at) -> m.putShortVolatile(at + 2, (short) 1));
      all.put("putShortRelease", (m, at) -> m.putShortRelease(at + 2, (short) 1));
      all.put("putShortOpaque", (m, at) -> m.putShortOpaque(at + 2, (short) 1));
      all.put("putIntVolatile", (m, at) -> m.putIntVolatile(at + 4, 1));
      all.put("putIntRelease", (m, at) -> m.putIntRelease(at + 4, 1));
      all.put("putIntOpaque", (m, at) -> m.putIntOpaque(at + 4, 1));
      all.put("putLongVolatile", (m, at) -> m.putLongVolatile(at + 8, 1));
      all.put("putLongRelease", (m, at) -> m.putLongRelease(at + 8, 1));
      all.put("putLongOpaque", (m, at) -> m.putLongOpaque(at + 8, 1));
      all.put("compareAndSetInt", (m, at) -> m.compareAndSetInt(at + 4, 0, 1));
      all.put("compareAndSetLong", (m, at) -> m.compareAndSetLong(at + 8, 0, 1));
      for (int length : new int[] {1, 2, 3, 7, 8, 15, 64, 100, 4096, 20_000}) {
        MemorySegment heap = MemorySegment.ofArray(new byte[length]);
        all.put("copyTo of " + length, (m, at) -> m.copyTo(at, heap, 0, length));
        all.put("copyFrom of " + length, (m, at) -> m.copyFrom(at, heap, 0, length));
        all.put("fill of " + length, (m, at) -> m.fill(at + 1, length, (byte) 1));
      }
      return all;
    }

    public static void main(String[] args) throws Exception {
      Region region = Region.anonymous("faulty", 1 << 20);
      TinyDisk disk = new TinyDisk(region, Persister.of(region));
      ContractFile file = disk.create("f");
      file.truncate(64 * PAGE, 0);
      FileMapping mapping = file.space().map(0, 64 * PAGE);
      mapping.populate(0, 64 * PAGE, true);
      FileMapping copy = file.space().map(0, 64 * PAGE, Sharing.PRIVATE, false, HolePolicy.ZERO);
      LinuxFiles.ftruncate(region.fd(), 4096, "faulty");
      Map<String, Access> accesses = accesses();
      int rounds = Integer.getInteger("rounds", 60);
      for (int i = 0; i < rounds; i++) {
        for (Map.Entry<String, Access> access : accesses.entrySet()) {
          if (i == 0) {
            System.out.println(access.getKey());
          }
          expect(access.getValue(), mapping, 40 * PAGE);
        }
      }
      System.out.println("a private copy");
      for (long page = 10; page < 40; page++) {
        expect((m, at) -> m.putLong(at, 1), copy, page * PAGE);
      }
      System.out.println("while the file shrinks and grows");
      racing(region, mapping);
      disk.frames().quarantine().turnOver(); // no ticket was left behind
      System.out.println("all accesses reported");
      System.exit(0);
    }

    private static void expect(Access access, FileMapping mapping, long at) throws IOException {
      try {
        access.at(mapping, at);
      } catch (MediaErrorException expected) {
        return;
      }
      throw new AssertionError("nothing was reported");
    }

    private static void racing(Region region, FileMapping mapping) throws Exception {
      Thread other =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 3_000; i++) {
                    LinuxFiles.ftruncate(region.fd(), i % 2 == 0 ? 4096 : 1 << 20, "faulty");
                  }
                } catch (IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              });
      other.start();
      // Without stubs a compare-and-set has a moment between the proof and the exchange.
      boolean guarded = !"off".equals(System.getProperty("jdax.stubs"));
      int reported = 0;
      while (other.isAlive()) {
        try {
          mapping.putByteVolatile(40 * PAGE, (byte) 0);
          if (guarded) {
            mapping.compareAndSetLong(40 * PAGE + 8, mapping.getLongVolatile(40 * PAGE + 8), 5);
            mapping.compareAndSetInt(40 * PAGE + 4, mapping.getIntVolatile(40 * PAGE + 4), 5);
          }
        } catch (MediaErrorException e) {
          reported++;
        } catch (InternalError e) {
          // The file had grown again when it was looked at why, so that nobody can tell whose
          // access this was: then it is the JVM's own error.
          reported++;
        }
      }
      System.out.println(reported + " reported");
    }
  }
}
