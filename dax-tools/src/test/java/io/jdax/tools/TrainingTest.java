package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the launcher runs once, so that commands start fast. */
class TrainingTest {
  @Test
  @DisplayName("Every command of the training works")
  void works() throws IOException {
    assertEquals(0, Training.run());
  }

  @Test
  @DisplayName("Every command but the benchmark, which has other JVMs do the work, is trained")
  void complete() {
    Set<String> all = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
    all.remove("bench");
    Set<String> trained =
        Training.commands(Path.of("/folder")).stream()
            .map(command -> command.getFirst())
            .filter(name -> !name.startsWith("-"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(all, trained);
  }
}
