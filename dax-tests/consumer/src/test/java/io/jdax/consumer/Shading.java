package io.jdax.consumer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/** Several jars or folders of classes made one jar. */
final class Shading {
  private Shading() {}

  static void merge(List<Path> from, Path jar) throws IOException {
    Set<String> added = new HashSet<>();
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream to = new JarOutputStream(out)) {
      for (Path entry : from) {
        if (Files.isDirectory(entry)) {
          addAll(entry, to, added);
        } else {
          try (FileSystem zip = FileSystems.newFileSystem(entry)) {
            addAll(zip.getPath("/"), to, added);
          }
        }
      }
    }
  }

  private static void addAll(Path root, JarOutputStream to, Set<String> added) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        if (!name.equals("module-info.class")
            && !name.startsWith("META-INF/MANIFEST")
            && added.add(name)) {
          to.putNextEntry(new JarEntry(name));
          Files.copy(file, to);
          to.closeEntry();
        }
      }
    }
  }
}
