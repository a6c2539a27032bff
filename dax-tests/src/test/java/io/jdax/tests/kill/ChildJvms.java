package io.jdax.tests.kill;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Starts JVMs with the class path of this one, fast: from jars, since only those can be in an
 * ahead-of-time cache, which a first run that ends by itself can leave.
 */
final class ChildJvms implements AutoCloseable {
  private final Path folder;
  private final String classPath;
  private final Path cache;

  ChildJvms() throws IOException {
    folder = Files.createTempDirectory("jdax-child-");
    cache = folder.resolve("child.aot");
    classPath = jars();
  }

  private String jars() throws IOException {
    List<String> jars = new ArrayList<>();
    for (String each : System.getProperty("java.class.path").split(File.pathSeparator)) {
      Path path = Path.of(each);
      boolean ours = each.contains("dax-core") || each.contains("dax-tests");
      if (Files.isDirectory(path)) {
        Path jar = folder.resolve("classes" + jars.size() + ".jar");
        pack(path, jar);
        jars.add(jar.toString());
      } else if (Files.exists(path) && (ours || each.contains("native-stubs"))) {
        jars.add(each);
      }
    }
    return String.join(File.pathSeparator, jars);
  }

  private static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        JarOutputStream zip = new JarOutputStream(out);
        Stream<Path> files = Files.walk(classes)) {
      zip.setLevel(0);
      for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
        zip.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, zip);
      }
    }
  }

  /** Standard output is a pipe, standard error goes to {@link #errors}. */
  Process start(Class<?> main, List<String> options, String... args) throws IOException {
    return start(UnaryOperator.identity(), main, options, args);
  }

  /**
   * As {@link #start(Class, List, String...)}, by a command that is made of the JVM's, and ends as
   * the JVM.
   */
  Process start(
      UnaryOperator<List<String>> wrapper, Class<?> main, List<String> options, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Djava.lang.invoke.MethodHandle.COMPILE_THRESHOLD=100",
            "-Djava.io.tmpdir=" + folder,
            "-XX:ErrorFile=" + folder.resolve("hs_err_%p.log")));
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(List.of(args));
    return new ProcessBuilder(wrapper.apply(command))
        .redirectError(ProcessBuilder.Redirect.appendTo(folder.resolve("errors").toFile()))
        .start();
  }

  /** For the run that ends by itself. */
  List<String> leaveCache() {
    return List.of("-XX:TieredStopAtLevel=1", "-XX:AOTCacheOutput=" + cache, "-Xlog:aot=off");
  }

  /** For all that follow. */
  List<String> useCache() {
    return Files.exists(cache)
        ? List.of("-XX:TieredStopAtLevel=1", "-XX:AOTCache=" + cache, "-Xlog:aot=off")
        : List.of("-XX:TieredStopAtLevel=1");
  }

  /** What children have complained of, crash reports included. */
  String errors() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : (Iterable<Path>) files.sorted()::iterator) {
        String name = file.getFileName().toString();
        if (name.equals("errors") || name.startsWith("hs_err")) {
          String text = Files.readString(file);
          all.append(text, 0, Math.min(text.length(), 8_000));
        }
      }
    }
    return all.toString();
  }

  /** As {@link #errors}, for messages. */
  String errorsOrWhy() {
    try {
      return errors();
    } catch (IOException e) {
      return "what the child said can't be read: " + e;
    }
  }

  @Override
  public void close() throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes a) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path d, IOException e) throws IOException {
            Files.delete(d);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
