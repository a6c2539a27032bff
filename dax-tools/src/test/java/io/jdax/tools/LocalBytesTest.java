package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBytesTest {
  @TempDir Path folder = Path.of("");

  private void write(String path, int bytes) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, new byte[bytes]);
  }

  @Test
  @DisplayName("Files count wherever they lie below a directory, before and after others")
  void throughAllDirectories() throws IOException {
    write("tree/a", 1);
    write("tree/d/e/b", 20);
    write("tree/d/e2/c", 300);
    write("tree/z", 4000);
    Files.createSymbolicLink(folder.resolve("tree/link"), folder.resolve("tree/z"));
    write("alone", 50_000);
    String tree = folder.resolve("tree").toString();
    String alone = folder.resolve("alone").toString();
    assertEquals(54_321, LocalBytes.of(List.of(tree, alone), true));
    assertEquals(50_000, LocalBytes.of(List.of(tree, alone), false));
  }

  @Test
  @DisplayName("What is not there counts nothing, and hides nothing of the rest")
  void notThere() throws IOException {
    write("alone", 7);
    String alone = folder.resolve("alone").toString();
    assertEquals(7, LocalBytes.of(List.of(folder + "/none", alone), true));
  }
}
