package io.jdax.tests.house;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Counts the lines of all sources: one noun is one file. */
class FileSizesTest {
  private static final int MOST = 500;

  @Test
  @DisplayName("No file of main code has more than 500 lines")
  void noFileIsTooLong() throws IOException {
    List<String> tooLong = new ArrayList<>();
    int seen = 0;
    for (String module : List.of("native-stubs", "dax-core", "dax-bench", "dax-tools")) {
      try (Stream<Path> files = Files.walk(Path.of("..", module, "src/main"))) {
        for (Path file : files.filter(f -> f.toString().matches(".*\\.(java|c|h)")).toList()) {
          seen++;
          int lines = Files.readAllLines(file).size();
          if (lines > MOST) {
            tooLong.add(file.getFileName() + ": " + lines);
          }
        }
      }
    }
    assertEquals(List.of(), tooLong);
    assertTrue(seen > 300, seen + " files were found");
  }
}
