package io.jdax.tests.mutants;

import java.util.List;

/**
 * A bug on purpose in the main code.
 *
 * @param name what people call it
 * @param rule the sentence that it breaks
 * @param file below {@code dax-core/src/main/java}
 * @param before lines of the file that follow each other, without their indentation; there once
 * @param after what stands there instead
 * @param tests classes of which one has to fail
 * @param slow whether these take too long for a sample
 */
record Mutant(
    String name,
    String rule,
    String file,
    List<String> before,
    List<String> after,
    List<String> tests,
    boolean slow) {

  /**
   * The source with the bug in it.
   *
   * @throws IllegalStateException the lines are not there, or more than once: the code has moved
   *     on, and the table has to follow
   */
  String applyTo(String source) {
    List<String> lines = source.lines().toList();
    int found = -1;
    for (int i = 0; i + before.size() <= lines.size(); i++) {
      if (isAt(lines, i)) {
        if (found >= 0) {
          throw new IllegalStateException("its lines are there more than once");
        }
        found = i;
      }
    }
    if (found < 0) {
      throw new IllegalStateException("its lines are not there");
    }
    return String.join("\n", lines.subList(0, found))
        + "\n"
        + String.join("\n", after)
        + "\n"
        + String.join("\n", lines.subList(found + before.size(), lines.size()))
        + "\n";
  }

  private boolean isAt(List<String> lines, int at) {
    for (int i = 0; i < before.size(); i++) {
      if (!lines.get(at + i).strip().equals(before.get(i))) {
        return false;
      }
    }
    return true;
  }
}
