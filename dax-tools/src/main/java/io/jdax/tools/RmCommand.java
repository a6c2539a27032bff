package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax rm}. */
@Command(
    name = "rm",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Remove files.")
final class RmCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "PATH:FILE", description = "What to remove.")
  List<RegionPath> doomed = List.of();

  @Option(
      names = {"-r", "--recursive"},
      description = "Remove directories as well, with all that is in them.")
  boolean recursive;

  @Option(
      names = {"-f", "--force"},
      description = "Say nothing of files that are not there.")
  boolean force;

  @Override
  public Integer call() throws IOException {
    for (RegionPath path : doomed) {
      if (InsidePath.name(path.file()).isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), path + ": the root, . and .. can't be removed");
      }
    }
    for (RegionPath path : doomed) {
      try (Mounted mounted = Mounted.forWriting(path.region())) {
        remove(mounted.files(), path);
      }
    }
    return Main.OK;
  }

  private void remove(DaxFileSystem files, RegionPath path) throws IOException {
    try {
      path.tellingOf(
          () -> {
            DirectoryEntry entry = InsidePath.named(files, path.file());
            String bare = InsidePath.bare(path.file());
            if (entry.type() != FileType.DIRECTORY) {
              files.unlink(bare);
            } else if (!recursive) {
              throw new FileSystemException(bare, null, "is a directory, which only -r removes");
            } else {
              new RemoveTree(files, bare).remove(entry);
            }
            return bare;
          });
    } catch (Complaint e) {
      if (!force || !(e.getCause() instanceof NoSuchFileException)) {
        throw e;
      }
    }
  }
}
