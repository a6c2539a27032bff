package io.jdax.tools;

import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine;

/**
 * Runs the commands that people type, on a small region of its own. The launcher does that once
 * after a build, under a JVM that watches, and gives what the JVM has learnt to every later one
 * ({@code -XX:AOTCacheOutput}, JEP 514): which classes a command needs, already read and linked,
 * and how they are used. A short command then takes half of the time.
 *
 * <p>What is not done here works as well, and begins as slowly as it would otherwise.
 */
public final class Training {
  private static final Path MEMORY = Path.of("/dev/shm");

  /** How often files are put, so that the better compiler has seen all that a put does. */
  private static final int PUTS = 20;

  private static final int FILES = 200;

  private Training() {}

  /**
   * Runs all of them, and prints nothing but what goes wrong.
   *
   * @throws IOException there is no room for the region
   */
  public static void main(String[] arguments) throws IOException {
    StandardOutput.discard();
    System.exit(run());
  }

  /** Returns the largest exit code. */
  static int run() throws IOException {
    Path parent = Files.isWritable(MEMORY) ? MEMORY : Path.of(System.getProperty("java.io.tmpdir"));
    Path folder = Files.createTempDirectory(parent, "jdax-training-");
    try {
      Path tree = Files.createDirectories(folder.resolve("tree/below"));
      for (int i = 0; i < FILES; i++) {
        Files.write(tree.resolve("file-" + i), new byte[i * 100]);
      }
      return commands(folder).stream().mapToInt(Training::run).max().orElse(0);
    } finally {
      removeTree(folder);
    }
  }

  /** The command lines, of which each finds what those before it have left. */
  static List<List<String>> commands(Path folder) {
    String region = folder.resolve("region").toString();
    String tree = folder.resolve("tree").toString();
    String out = folder.resolve("out").toString();
    String copied = region + ":/tree";
    String file = copied + "/below/file-7";
    List<List<String>> all = new ArrayList<>();
    all.addAll(
        List.of(
            List.of("--help"),
            List.of("--version"),
            List.of("help", "ls"),
            List.of("region", "create", "--size", "64M", region),
            List.of("region", "info", region),
            List.of("mkfs", region),
            List.of("put", "-r", tree, region + ":/"),
            List.of("mkdir", region + ":/other"),
            List.of("ls", region + ":/"),
            List.of("ls", "-lR", region + ":/"),
            List.of("ls", "--json", region + ":/"),
            List.of("stat", file),
            List.of("extents", file),
            List.of("cat", file),
            List.of("get", "-r", copied, out),
            List.of("mv", file, region + ":/other/"),
            List.of("quota", "set", "--bytes", "8M", region + ":/other"),
            List.of("quota", "show", region + ":/"),
            List.of("quota", "clear", region + ":/other"),
            List.of("df", region),
            List.of("info", region),
            List.of("info", "--json", region),
            List.of("check", region),
            List.of("rm", "-r", copied)));
    for (int i = 0; i < PUTS; i++) {
      all.add(List.of("put", "-r", tree, region + ":/"));
      all.add(List.of("rm", "-r", copied));
    }
    return all;
  }

  private static int run(List<String> command) {
    String[] words = command.toArray(String[]::new);
    CommandLine line =
        Main.commandLine(words)
            .setOut(new PrintWriter(Writer.nullWriter()))
            .setErr(
                new PrintWriter(new OutputStreamWriter(System.err, StandardCharsets.UTF_8), true));
    return line.execute(words);
  }

  private static void removeTree(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(Training::remove);
    }
  }

  private static void remove(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
