package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModeOptionTest {
  @TempDir Path folder = Path.of("");

  private static String rights(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  @DisplayName("What mkfs and region create make is its owner's alone, or has the mode asked for")
  void mode() throws IOException {
    Path path = folder.resolve("r");
    jdax("mkfs", path, "--size", "1M").works();
    assertEquals("rw-------", rights(path));
    Files.delete(path);
    jdax("mkfs", path, "--size", "1M", "--mode", "0660").works();
    assertEquals("rw-rw----", rights(path));
    Files.delete(path);
    jdax("region", "create", path, "--size", "1M").works();
    assertEquals("rw-------", rights(path));
    Files.delete(path);
    jdax("region", "create", path, "--size", "1M", "--mode", "640").works();
    assertEquals("rw-r-----", rights(path));
  }

  @Test
  @DisplayName("What is not a mode is refused, and --mode for a file that is there already")
  void refused() throws IOException {
    Path path = folder.resolve("r");
    for (String bad : new String[] {"rw", "6", "888", "4755", "-1", ""}) {
      jdax("mkfs", path, "--size", "1M", "--mode=" + bad).refuses("is not a mode");
      assertFalse(Files.exists(path));
    }
    jdax("region", "create", path, "--size", "1M").works();
    jdax("mkfs", path, "--mode", "666")
        .fails("exists already; --mode is for a file that mkfs creates");
    assertEquals("rw-------", rights(path));
  }
}
