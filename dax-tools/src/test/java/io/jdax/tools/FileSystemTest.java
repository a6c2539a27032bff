package io.jdax.tools;

import static io.jdax.tools.Outcome.jdax;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An empty file system, and a folder to work in. */
abstract class FileSystemTest {
  @TempDir Path folder = Path.of("");
  Path region = Path.of("");

  @BeforeEach
  void mkfs() {
    region = folder.resolve("region");
    jdax("mkfs", region, "--size", "64M", "--label", "test").works();
  }

  /** As the command line wants it. */
  String inside(String file) {
    return region + ":" + file;
  }

  Path local(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** A small file inside. */
  void make(String file, String text) throws IOException {
    Path local = local("made", text);
    jdax("put", local, inside(file)).works();
    Files.delete(local);
  }

  String cat(String file) {
    return new String(jdax("cat", inside(file)).works().bytes(), StandardCharsets.UTF_8);
  }

  String ls(String... arguments) {
    Object[] all = new Object[arguments.length + 1];
    all[0] = "ls";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return String.join(" ", jdax(all).works().out().lines().toList());
  }
}
