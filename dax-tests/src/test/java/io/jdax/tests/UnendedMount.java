package io.jdax.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/**
 * A process that formats and mounts a region, makes a file durable, and is gone without a close:
 * nothing but the end of a process takes a mounted region away.
 */
final class UnendedMount {
  static final int OFFSET = 5_000;
  static final long SIZE = 8L << 20;
  static final long STORED_AT = 4L << 20;
  static final long STORED = 42;
  static final int PUNCHED_AT = 8192;
  static final int PUNCHED = 4096;

  private static final int GONE = 23;

  private UnendedMount() {}

  /** Runs it. */
  static void on(Path region, int blockBytes, TierMode tier)
      throws IOException, InterruptedException {
    Process child =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    UnendedMount.class.getName(),
                    region.toString(),
                    Integer.toString(blockBytes),
                    tier.name()))
            .redirectErrorStream(true)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(GONE, child.waitFor(), said);
  }

  /** What the file holds from {@link #OFFSET} on, but for the store and the hole. */
  static byte[] content() {
    byte[] bytes = new byte[100_000];
    new Random(9).nextBytes(bytes);
    return bytes;
  }

  public static void main(String[] args) throws IOException {
    Path path = Path.of(args[0]);
    MountOptions options = MountOptions.DEFAULTS.withTier(TierMode.valueOf(args[2]));
    Region region =
        Files.exists(path)
            ? Region.at(path).size(RealMediaTest.REGION_BYTES).open()
            : Region.at(path).size(RealMediaTest.REGION_BYTES).create();
    PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096);
    DaxFileSystem.format(device, "real", Integer.parseInt(args[1]));
    DaxFileSystem fs = DaxFileSystem.mount(device, options);
    fs.createDirectory("/d");
    DaxFile file = fs.open("/d/f", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE);
    file.write(OFFSET, MemorySegment.ofArray(content()));
    DaxMapping mapping = file.map(0, SIZE);
    file.truncate(SIZE);
    assertEquals(0, mapping.getLong(STORED_AT));
    mapping.putLong(STORED_AT, STORED);
    file.fsync();
    file.punchHole(PUNCHED_AT, PUNCHED);
    Runtime.getRuntime().halt(GONE);
  }
}
