package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.nio.file.NotDirectoryException;
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
      description = "Make the directories above as well, and accept those that exist.")
  boolean parents;

  @Override
  public Integer call() throws IOException {
    for (RegionPath path : wanted) {
      try (Mounted mounted = Mounted.forWriting(path.region())) {
        path.tellingOf(() -> make(mounted.files(), path.file()));
      }
    }
    return Main.OK;
  }

  private boolean make(DaxFileSystem files, String directory) throws IOException {
    if (parents) {
      for (int slash = 0; (slash = directory.indexOf('/', slash + 1)) > 0; ) {
        makeUnlessThere(files, directory.substring(0, slash));
      }
      return makeUnlessThere(files, directory);
    }
    files.createDirectory(directory);
    return true;
  }

  private static boolean makeUnlessThere(DaxFileSystem files, String directory) throws IOException {
    if (InsidePath.isDirectory(files, directory)) {
      return false;
    }
    if (files.exists(directory)) {
      throw new NotDirectoryException(directory);
    }
    files.createDirectory(directory);
    return true;
  }
}
