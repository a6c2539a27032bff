package io.jdax.block;

import io.jdax.persist.Persister;
import io.jdax.region.BadRange;
import io.jdax.region.Region;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Regions and devices of a test, closed and removed at its end. */
final class TestDevices implements AutoCloseable {
  private final List<Closeable> opened = new ArrayList<>();

  Region memfd(long sizeBytes) throws IOException {
    return keep(Region.anonymous("block-test", sizeBytes));
  }

  /** A region over a new file in a folder. */
  Region file(Path folder, long sizeBytes) throws IOException {
    Path file = Files.createTempFile(folder, "jdax-block-", ".region");
    opened.add(() -> Files.deleteIfExists(file));
    Files.delete(file);
    return keep(Region.at(file).size(sizeBytes).create());
  }

  Region shm(long sizeBytes) throws IOException {
    return file(Path.of("/dev/shm"), sizeBytes);
  }

  static PmemBlockDevice device(Region region, int sectorSize) throws IOException {
    return PmemBlockDevice.of(region, Persister.of(region), sectorSize);
  }

  /** A device that believes these bytes to be bad. */
  static PmemBlockDevice withBadBlocks(
      Region region, int sectorSize, BadBlockClearer clearer, BadRange... bad) throws IOException {
    return new PmemBlockDevice(
        region, Persister.of(region), sectorSize, BadBlocks.of(List.of(bad)), clearer);
  }

  private Region keep(Region region) {
    opened.add(region::close);
    return region;
  }

  @Override
  public void close() throws IOException {
    for (Closeable each : opened.reversed()) {
      each.close();
    }
  }

  // ---------------------------------------------------------------- data

  /**
   * The seed of a random test: {@code -Djdax.test.seed}, else a fresh one. Failure messages must
   * name it.
   */
  static long seed() {
    return Long.getLong("jdax.test.seed", System.nanoTime());
  }

  /** How much longer than usual random tests run: {@code -Djdax.test.multiplier}. */
  static int multiplier() {
    return Integer.getInteger("jdax.test.multiplier", 1);
  }

  /** Bytes that no two calls with different seeds have in common for long. */
  static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }
}
