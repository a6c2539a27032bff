package io.jdax.tools;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.classfile.ClassFile;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class NewerJarTest {
  @TempDir Path folder = Path.of("");

  private static Path picocli() throws Exception {
    return Path.of(
        URI.create(
            String.valueOf(CommandLine.class.getProtectionDomain().getCodeSource().getLocation())));
  }

  private static int major(byte[] bytes) {
    return ClassFile.of().parse(bytes).majorVersion();
  }

  @Test
  @DisplayName("All classes of picocli get stack maps that the JVM verifies, and nothing is lost")
  void verified() throws Exception {
    Path jar = Files.copy(picocli(), folder.resolve("picocli.jar"));
    NewerJar.rewrite(jar);
    int classes = 0;
    try (ZipFile before = new ZipFile(picocli().toFile());
        ZipFile after = new ZipFile(jar.toFile());
        URLClassLoader loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null)) {
      assertEquals(
          before.stream().map(ZipEntry::getName).toList(),
          after.stream().map(ZipEntry::getName).toList());
      List<String> names =
          after.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.startsWith("picocli/") && name.endsWith(".class"))
              .toList();
      for (String name : names) {
        byte[] bytes = after.getInputStream(after.getEntry(name)).readAllBytes();
        assertTrue(major(bytes) >= ClassFile.JAVA_6_VERSION, name);
        if (!name.contains("groovy")) { // of which it has classes that want what is not there
          String type = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          assertSame(loader, Class.forName(type, true, loader).getClassLoader());
          classes++;
        }
      }
    }
    assertTrue(classes > 150, classes + " classes were verified");
  }

  @Test
  @DisplayName("A class that has stack maps stays as it is")
  void unchanged() throws Exception {
    byte[] bytes;
    try (var in = NewerJar.class.getResourceAsStream("NewerJar.class")) {
      bytes = requireNonNull(in).readAllBytes();
    }
    assertSame(bytes, NewerJar.newer(bytes));
    assertFalse(major(bytes) < ClassFile.JAVA_6_VERSION);
  }
}
