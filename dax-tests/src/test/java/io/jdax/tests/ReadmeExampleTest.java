package io.jdax.tests;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example of README.md is this code, compiled and run. */
class ReadmeExampleTest {
  @TempDir Path dir;

  @Test
  void exampleRuns() throws IOException {
    example(dir);
    try (Region region = Region.open(dir.resolve("counters"))) {
      assertEquals(42, region.segment().get(ValueLayout.JAVA_LONG, 4096));
    }
  }

  @Test
  void exampleOfFilesRuns() throws IOException {
    Region region = Region.anonymous("files", 16 << 20);
    exampleOfFiles(region);
    assertFalse(region.isOpen(), "closed with its device");
  }

  @Test
  void readmeShowsThisCode() throws IOException {
    assertShown(0, "    // README begins", "    // README ends");
    assertShown(1, "    // README begins: files", "    // README ends: files");
  }

  private static void assertShown(int block, String begin, String end) throws IOException {
    List<String> shown = Files.readAllLines(Path.of("../README.md"));
    for (int i = 0; i <= block; i++) {
      shown = shown.subList(shown.indexOf("```java") + 1, shown.size());
    }
    shown = shown.subList(0, shown.indexOf("```"));
    List<String> code =
        between(Path.of("src/test/java/io/jdax/tests/ReadmeExampleTest.java"), begin, end);
    assertTrue(shown.size() >= 10, "the README has the example");
    assertEquals(
        String.join("\n", shown),
        String.join("\n", code.stream().map(l -> l.replaceFirst("^ {4}", "")).toList()));
  }

  private static void example(Path dir) throws IOException {
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

  private static void exampleOfFiles(Region region) throws IOException {
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

  private static List<String> between(Path file, String first, String last) throws IOException {
    List<String> lines = Files.readAllLines(file);
    int from = lines.indexOf(first);
    List<String> rest = lines.subList(from + 1, lines.size());
    return rest.subList(0, rest.indexOf(last));
  }
}
