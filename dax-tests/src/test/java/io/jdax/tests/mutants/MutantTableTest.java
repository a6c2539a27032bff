package io.jdax.tests.mutants;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The table follows the code; whether a test catches each is asked by {@link MutantRun}. */
class MutantTableTest {
  private static final Path SOURCES = Path.of("../dax-core/src/main/java");
  private static final Path TESTS = Path.of("../dax-core/src/test/java");

  static Stream<Mutant> mutants() throws IOException {
    return MutantTable.read(Path.of("mutants")).stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  @DisplayName("The lines of every mutant stand in its file, once")
  void applies(Mutant mutant) throws IOException {
    String source = Files.readString(SOURCES.resolve(mutant.file()));
    String changed = assertDoesNotThrow(() -> mutant.applyTo(source), mutant.name());
    assertNotEquals(source, changed, mutant.name());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  @DisplayName(
      "The test classes and methods of every mutant are there, by the names that select them")
  void isTested(Mutant mutant) throws IOException {
    for (String test : mutant.tests()) {
      String file = test.replaceFirst("#.*", "").replace('.', '/') + ".java";
      Path place =
          Stream.of(TESTS.resolve(file), Path.of("src/test/java").resolve(file))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow(() -> new AssertionError(mutant.name() + ": " + test));
      if (test.contains("#")) {
        // One with parameters is not found without their types, and ends the run of all others.
        String method = test.replaceFirst(".*#", "").replaceFirst("\\(.+", "(");
        String declared = method.endsWith("(") ? method : method + "()";
        assertTrue(
            Files.readString(place).contains("void " + declared), mutant.name() + ": " + test);
      }
    }
  }
}
