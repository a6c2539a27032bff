package io.jdax.consumer;

import io.jdax.block.BlockDevice;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.DaxMapping;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/** The examples of README.md are this code, compiled as a user would, and run. */
public final class ReadmeExample {
  private ReadmeExample() {}

  /** Runs both in a folder. */
  public static void main(String[] arguments) throws IOException {
    example(Path.of(arguments[0]));
    try (Region region = Region.anonymous("files", 16 << 20)) {
      exampleOfFiles(region);
    }
    System.out.println("done");
  }

  static void example(Path dir) throws IOException {
    // README begins
    Path path = dir.resolve("counters");
    long mebibyte = 1 << 20;
    try (Region region = Region.at(path).size(64 * mebibyte).create()) {
      Persister persister = Persister.of(region);
      MemorySegment memory = region.segment();

      // a durable store: plain memory, then flush and fence
      memory.set(ValueLayout.JAVA_LONG, 4096, 42);
      persister.persist(4096, Long.BYTES);

      // durable sectors: nothing to flush once write has returned
      try (BlockDevice device = PmemBlockDevice.of(region, persister, 4096)) {
        device.write(7, MemorySegment.ofArray(new byte[4096]));
        System.out.println(device.sectorCount() + " sectors, " + persister.describe());
      }
    }
    // README ends
  }

  static void exampleOfFiles(Region region) throws IOException {
    // README begins: files
    try (PmemBlockDevice device = PmemBlockDevice.of(region, Persister.of(region), 4096)) {
      DaxFileSystem.format(device, "scratch");
      try (DaxFileSystem fs = DaxFileSystem.mount(device);
          DaxFile file = fs.open("/index", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
        file.truncate(1L << 40); // a terabyte, of which nothing is allocated
        DaxMapping index = file.map(0, 1L << 40);
        index.putLong(123L << 30, 42); // allocates a block; a full device fails here, never later
        index.persist(123L << 30, Long.BYTES); // the bytes, and that they belong to the file
      }
    }
    // README ends: files
  }
}
