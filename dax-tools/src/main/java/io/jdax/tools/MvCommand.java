package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax mv}. */
@Command(
    name = "mv",
    mixinStandardHelpOptions = true,
    description = "Rename a file or directory, or move it; within one file system.")
final class MvCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "PATH:FROM", description = "What to move.")
  RegionPath from = RegionPath.parse("");

  @Parameters(
      index = "1",
      paramLabel = "PATH:TO",
      description = "A directory to move it into, or its new name; a file there is replaced.")
  RegionPath to = RegionPath.parse("");

  @Override
  public Integer call() throws IOException {
    if (!from.region().equals(to.region())) {
      throw new ParameterException(
          spec.commandLine(), "both must be on one region: put and get copy between others");
    }
    try (Mounted mounted = Mounted.forWriting(from.region())) {
      DaxFileSystem files = mounted.files();
      String name = InsidePath.name(from.file());
      boolean into = !name.isEmpty() && InsidePath.isDirectory(files, to.file());
      files.rename(from.file(), into ? InsidePath.child(to.file(), name) : to.file());
    }
    return Main.OK;
  }
}
