package io.jdax.tests.house;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Reads the sources of all tests: each says in a sentence what it holds the code to. */
class DisplayNamesTest {
  private static final Path ROOT = requireNonNull(Path.of("").toAbsolutePath().getParent());

  /**
   * The annotations of a test, up to where its method begins. A line can be of one kind only, since
   * a long file would take for ever else.
   */
  private static final Pattern TEST =
      Pattern.compile(
          "((?:^ +@.*\\n(?: {6,}+(?!@).*\\n)*?)*"
              + "^ +@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\\b"
              + "(?:.*\\n(?! *(?:public |static )*[\\w<>\\[\\], ?.]+ \\w+\\())*.*\\n)"
              + " *(?:public |static )*[\\w<>\\[\\], ?.]+ (\\w+)\\(",
          Pattern.MULTILINE);

  @Test
  @DisplayName("Every test has a sentence as its name")
  void everyTestHasASentence() throws IOException {
    List<String> without = new ArrayList<>();
    int seen = 0;
    for (Path file : sources()) {
      Matcher m = TEST.matcher(Files.readString(file));
      while (m.find()) {
        seen++;
        if (!m.group(1).contains("@DisplayName")) {
          without.add(file.getFileName() + " " + m.group(2));
        }
      }
    }
    assertEquals(List.of(), without);
    assertTrue(seen > 1000, seen + " tests were found in the sources");
  }

  private static List<Path> sources() throws IOException {
    List<Path> found = new ArrayList<>();
    for (String tests :
        List.of(
            "dax-core/src/test",
            "dax-bench/src/test",
            "dax-tools/src/test",
            "dax-tests/src",
            "dax-tests/consumer/src/test")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(tests))) {
        files.filter(f -> f.toString().endsWith(".java")).forEach(found::add);
      }
    }
    return found;
  }
}
