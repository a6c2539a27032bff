package io.jdax.tests.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Reads {@code dax-tests/mutants/*.txt}. A blank line ends a mutant, and {@code #} begins a
 * comment:
 *
 * <pre>
 *   name: lines-before-drain
 *   rule: what is acknowledged was drained
 *   file: io/jdax/fs/Example.java
 *   - persister.drain();
 *   - return done;
 *   + return done;
 *   tests: io.jdax.fs.ExampleTest io.jdax.tests.fs.ExampleRacesTest
 * </pre>
 *
 * <p>Tests that take more than some ten seconds are {@code slow tests:}, which no sample runs.
 */
final class MutantTable {
  private MutantTable() {}

  static List<Mutant> read(Path folder) throws IOException {
    List<Mutant> all = new ArrayList<>();
    List<Path> files;
    try (Stream<Path> entries = Files.list(folder)) {
      files = entries.filter(p -> p.toString().endsWith(".txt")).sorted().toList();
    }
    for (Path file : files) {
      List<String> block = new ArrayList<>();
      for (String line : (Files.readString(file) + "\n\n").split("\n", -1)) {
        if (!line.isBlank()) {
          if (!line.startsWith("#")) {
            block.add(line);
          }
        } else if (!block.isEmpty()) {
          all.add(parse(file, block));
          block.clear();
        }
      }
    }
    Set<String> names = new HashSet<>();
    for (Mutant each : all) {
      if (!names.add(each.name())) {
        throw new IllegalStateException("two mutants are called " + each.name());
      }
    }
    return all;
  }

  private static Mutant parse(Path file, List<String> block) {
    List<String> before = new ArrayList<>();
    List<String> after = new ArrayList<>();
    for (String line : block) {
      if (line.startsWith("- ")) {
        before.add(line.substring(2).strip());
      } else if (line.startsWith("+ ")) {
        after.add(line.substring(2));
      } else if (!line.matches("(name|rule|file|tests|slow tests): .*")) {
        throw new IllegalStateException(file + ": no such line in a mutant: " + line);
      }
    }
    if (before.isEmpty()) {
      throw new IllegalStateException(file + ": a mutant has no line to change: " + block);
    }
    boolean slow = block.stream().anyMatch(line -> line.startsWith("slow tests: "));
    return new Mutant(
        value(file, block, "name"),
        value(file, block, "rule"),
        value(file, block, "file"),
        List.copyOf(before),
        List.copyOf(after),
        List.of(value(file, block, slow ? "slow tests" : "tests").split(" +")),
        slow);
  }

  private static String value(Path file, List<String> block, String key) {
    for (String line : block) {
      if (line.startsWith(key + ": ")) {
        return line.substring(key.length() + 2).strip();
      }
    }
    throw new IllegalStateException(file + ": a mutant has no " + key + ": " + block);
  }
}
