package io.jdax.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

class CommandsTest {
  private static Set<String> known(String... words) {
    return Main.commandLine(words).getSubcommands().keySet();
  }

  @Test
  @DisplayName("Each command is known by the name that it gives itself")
  void names() {
    Main.commandLine()
        .getSubcommands()
        .forEach(
            (name, line) -> {
              Command says =
                  line.getCommandSpec().userObject().getClass().getAnnotation(Command.class);
              assertEquals(name, says.name());
            });
  }

  @Test
  @DisplayName("Only the command that is meant is read, and all of them where none is")
  void oneOrAll() {
    assertEquals(Set.of("ls"), known("ls", "-l", "put"));
    assertEquals(Set.of("put"), known("--debug", "put", "ls"));
    for (String[] words : new String[][] {{}, {"--help"}, {"help", "ls"}, {"nonsense", "ls"}}) {
      assertTrue(known(words).containsAll(Set.of("ls", "put", "bench", "help")));
    }
  }
}
