package io.jdax.persist;

import io.jdax.region.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Regions in /dev/shm or elsewhere, removed when closed. */
final class TestRegions implements AutoCloseable {
  static final Path MEMORY = Path.of("/dev/shm");

  private final List<Region> regions = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();

  Region create(Path folder, long sizeBytes) throws IOException {
    Path file = Files.createTempFile(folder, "jdax-persist-", ".region");
    Files.delete(file);
    files.add(file);
    Region region = Region.at(file).size(sizeBytes).create();
    regions.add(region);
    return region;
  }

  Region add(Region region) {
    regions.add(region);
    return region;
  }

  @Override
  public void close() {
    try {
      for (Region region : regions) {
        region.close();
      }
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
