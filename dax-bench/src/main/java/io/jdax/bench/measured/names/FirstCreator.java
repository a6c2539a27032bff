package io.jdax.bench.measured.names;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A process that waits for a line, makes files, and says so. Its compiler has seen none of it
 * before.
 */
final class FirstCreator {
  /** Files that it makes. */
  static final int FILES = 5_000;

  private static final long REGION_BYTES = 256 << 20;
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private FirstCreator() {}

  /** Argument: whether the names are jdax's. */
  public static void main(String[] args) throws IOException {
    if (Boolean.parseBoolean(args[0])) {
      Path path = Files.createTempFile(SHARED_MEMORY, "jdax-bench-first", null);
      Files.delete(path);
      try (Region region = Region.at(path).size(REGION_BYTES).populate(true).create();
          PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
        Files.delete(path);
        DaxFileSystem.format(device, "first");
        try (DaxFileSystem fs = DaxFileSystem.mount(device)) {
          create(new JdaxNames(fs));
        }
      }
    } else {
      create(new MachineNames(SHARED_MEMORY, false));
    }
  }

  private static void create(NameSpace names) throws IOException {
    String directory = names.newDirectory();
    System.out.println("ready");
    if (System.in.read() >= 0) {
      for (int i = 0; i < FILES; i++) {
        names.create(directory + "/" + i);
      }
      System.out.println("done");
    }
    names.clear(directory);
  }
}
