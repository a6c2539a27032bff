package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
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
  RegionPath from = RegionPath.NONE;

  @Parameters(
      index = "1",
      paramLabel = "PATH:TO",
      description = "A directory to move it into, or its new name. A file there is replaced.")
  RegionPath to = RegionPath.NONE;

  @Override
  public Integer call() throws IOException {
    if (!from.isOnRegionOf(to)) {
      throw new ParameterException(
          spec.commandLine(), "both must be on one region; put and get copy from one to another");
    }
    try (Mounted mounted = Mounted.forWriting(from.region())) {
      DaxFileSystem files = mounted.files();
      DirectoryEntry moved = from.tellingOf(() -> InsidePath.named(files, from.file()));
      String name = InsidePath.name(from.file());
      String target = to.tellingOf(() -> name.isEmpty() ? to.file() : target(files, moved, name));
      from.tellingOf(() -> rename(files, target));
    }
    return Main.OK;
  }

  /**
   * The new path, which is in a directory if the name is one. A slash at the end asks for a
   * directory, or that what is moved is one.
   */
  private String target(DaxFileSystem files, DirectoryEntry moved, String name) throws IOException {
    if (InsidePath.isDirectory(files, to.asked())) {
      return InsidePath.child(to.file(), name);
    }
    if (to.file().endsWith("/") && moved.type() != FileType.DIRECTORY) {
      throw new NotDirectoryException(to.file());
    }
    return InsidePath.bare(to.file());
  }

  /** Renames. If something is wrong with the new name, the message names that one. */
  private String rename(DaxFileSystem files, String target) throws IOException {
    try {
      files.rename(
          InsidePath.name(from.file()).isEmpty() ? from.file() : InsidePath.bare(from.file()),
          target);
      return target;
    } catch (FileSystemException e) {
      throw target.equals(e.getFile()) ? Complaint.of(to.toString(), e) : e;
    }
  }
}
