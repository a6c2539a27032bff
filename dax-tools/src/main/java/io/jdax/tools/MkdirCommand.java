package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code jdax mkdir}. */
@Command(
    name = "mkdir",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Make directories.")
final class MkdirCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "PATH:DIR", description = "What to make.")
  List<RegionPath> wanted = List.of();

  @Option(
      names = {"-p", "--parents"},
      description = "Make those above it too; what exists is good enough.")
  boolean parents;

  @Override
  public Integer call() throws IOException {
    for (RegionPath path : wanted) {
      try (Mounted mounted = Mounted.forWriting(path.region())) {
        make(mounted.files(), path.file());
      }
    }
    return Main.OK;
  }

  private void make(DaxFileSystem files, String directory) throws IOException {
    if (parents) {
      if (InsidePath.isDirectory(files, directory)) {
        return;
      }
      String above = InsidePath.parent(directory);
      if (!above.equals(directory)) {
        make(files, above);
      }
    }
    files.createDirectory(directory);
  }
}
