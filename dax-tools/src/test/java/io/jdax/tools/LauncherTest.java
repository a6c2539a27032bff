package io.jdax.tools;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher where nothing is built, and nothing is there to build with. */
class LauncherTest {
  @TempDir Path folder = Path.of("");

  @BeforeEach
  void copyLauncher() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("jdax"))) {
      root = requireNonNull(root.getParent());
    }
    for (String file : List.of("jdax", "pom.xml")) {
      Files.copy(root.resolve(file), folder.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
    }
  }

  private static void script(Path path, String line) throws IOException {
    Files.writeString(path, "#!/bin/bash\n" + line + "\n");
    assertTrue(path.toFile().setExecutable(true));
  }

  private String says(String argument) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder("/bin/bash", folder.resolve("jdax").toString(), argument)
            .redirectErrorStream(true);
    // The small tools alone, and an apt-get that must not be asked for anything.
    Path tools = Files.createDirectories(folder.resolve("bin"));
    for (String tool : List.of("readlink", "dirname", "sed", "cat", "head", "find")) {
      Path real =
          Path.of(Files.exists(Path.of("/usr/bin", tool)) ? "/usr/bin" : "/bin").resolve(tool);
      script(tools.resolve(tool), "exec " + real + " \"$@\"");
    }
    script(tools.resolve("apt-get"), "echo asked >" + folder.resolve("installed"));
    builder.environment().clear();
    builder.environment().put("PATH", tools.toString());
    builder.environment().put("HOME", "/nonexistent");
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), said);
    try (var files = Files.list(folder)) {
      assertEquals(
          Set.of("jdax", "pom.xml", "bin"),
          files.map(file -> file.getFileName().toString()).collect(Collectors.toSet()),
          "nothing was built or installed");
    }
    return said;
  }

  @Test
  @DisplayName("--help neither installs nor builds, and names every command")
  void help() throws Exception {
    String said = says("--help");
    Set<String> named =
        Pattern.compile("(?m)^  ([a-z]+)  ")
            .matcher(said)
            .results()
            .map(found -> found.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> there = new TreeSet<>(Main.commandLine().getSubcommands().keySet());
    there.addAll(List.of("test", "crashtest", "mutants", "pit")); // the launcher's own
    assertEquals(there, named, said);
    assertEquals(said, says("-h"));
  }

  @Test
  @DisplayName("--version neither installs nor builds, and tells the version")
  void version() throws Exception {
    String said = says("--version");
    assertTrue(said.matches("jdax \\d+\\.\\d+\\.\\d+\\S*\nnot built yet.*\n"), said);
    assertEquals(said, says("-V"));
  }
}
