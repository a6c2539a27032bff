package io.jdax.bench.run;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The commit that is measured, as git tells it where these classes were built. */
final class Commit {
  private static final String UNKNOWN = "unknown";

  private Commit() {}

  /**
   * Twelve digits, with {@code -dirty} behind them if files differ from it; {@code unknown} without
   * git, or where these classes do not lie in a checkout of jdax.
   */
  static String measured() {
    try {
      Path folder = folder();
      String root = folder == null ? null : git(folder, "rev-parse", "--show-toplevel");
      if (root == null || !Files.exists(Path.of(root, "dax-bench", "pom.xml"))) {
        return UNKNOWN; // installed inside somebody else's repository
      }
      String commit =
          git(Path.of(root), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*");
      return commit == null ? UNKNOWN : commit;
    } catch (IOException | URISyntaxException e) {
      return UNKNOWN;
    }
  }

  private static @Nullable Path folder() throws URISyntaxException {
    CodeSource source = Commit.class.getProtectionDomain().getCodeSource();
    return source == null ? null : Path.of(source.getLocation().toURI()).getParent();
  }

  /** What git says, or null if it refuses. */
  private static @Nullable String git(Path folder, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("git", "-C", folder.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return process.onExit().join().exitValue() == 0 ? said.strip() : null;
  }
}
