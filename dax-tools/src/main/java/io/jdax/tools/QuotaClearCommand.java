package io.jdax.tools;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jdax quota clear}. */
@Command(
    name = "clear",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Remove the limits of a directory, which then counts for the limits above it.")
final class QuotaClearCommand implements Callable<Integer> {
  @Parameters(paramLabel = "PATH:DIR", description = "A region, and a directory on it.")
  RegionPath path = RegionPath.NONE;

  @Override
  public Integer call() throws IOException {
    try (Mounted mounted = Mounted.forWriting(path.region())) {
      path.tellingOf(
          () -> {
            mounted.files().clearQuota(path.file());
            return path;
          });
    }
    return Main.OK;
  }
}
