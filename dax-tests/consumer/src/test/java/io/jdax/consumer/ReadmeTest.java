package io.jdax.consumer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadmeTest {
  private static final Path CODE = Path.of("src/main/java/io/jdax/consumer/ReadmeExample.java");

  @Test
  @DisplayName("The first example leaves its store in the region")
  void exampleRuns(@TempDir Path dir) throws IOException {
    ReadmeExample.example(dir);
    try (Region region = Region.open(dir.resolve("counters"))) {
      assertEquals(42, region.segment().get(ValueLayout.JAVA_LONG, 4096));
    }
  }

  @Test
  @DisplayName("The example of files closes the region with its device")
  void exampleOfFilesRuns() throws IOException {
    Region region = Region.anonymous("files", 16 << 20);
    ReadmeExample.exampleOfFiles(region);
    assertFalse(region.isOpen());
  }

  @Test
  @DisplayName("README.md shows the code that runs")
  void readmeShowsThisCode() throws IOException {
    assertShown(0, "    // README begins", "    // README ends");
    assertShown(1, "    // README begins: files", "    // README ends: files");
  }

  private static void assertShown(int block, String begin, String end) throws IOException {
    List<String> shown = Files.readAllLines(Path.of("../../README.md"));
    for (int i = 0; i <= block; i++) {
      shown = shown.subList(shown.indexOf("```java") + 1, shown.size());
    }
    shown = shown.subList(0, shown.indexOf("```"));
    List<String> code = Files.readAllLines(CODE);
    code = code.subList(code.indexOf(begin) + 1, code.indexOf(end));
    assertTrue(shown.size() >= 10, "the README has the example");
    assertEquals(
        String.join("\n", shown),
        String.join("\n", code.stream().map(l -> l.replaceFirst("^ {4}", "")).toList()));
  }
}
