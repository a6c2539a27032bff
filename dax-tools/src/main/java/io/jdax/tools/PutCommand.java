package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax put}. */
@Command(
    name = "put",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Copy files into a file system, with their times, permissions and holes.",
      "A file is there wholly or not at all, and durable when the command ends.",
    })
final class PutCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "2..*",
      paramLabel = "LOCAL... PATH:FILE",
      hideParamSyntax = true,
      description =
          "What to copy, and a directory of a file system to put it into, or the name for one copy.")
  List<String> arguments = List.of();

  @Option(
      names = {"-r", "--recursive"},
      description = "Copy directories too, and symbolic links as what they are.")
  boolean recursive;

  @Override
  public Integer call() throws IOException {
    RegionPath target = RegionPath.parse(arguments.getLast());
    List<Path> locals = arguments.subList(0, arguments.size() - 1).stream().map(Path::of).toList();
    try (Mounted mounted = Mounted.forWriting(target.region());
        CopyWatch watch = CopyWatch.over("put", () -> bytes(locals))) {
      DaxFileSystem files = mounted.files();
      boolean directory = InsidePath.isDirectory(files, target.file());
      if (!directory && locals.size() > 1) {
        throw noDirectory(target.file());
      }
      CopyIn copy = new CopyIn(files, recursive, watch);
      for (Path local : locals) {
        copy.copy(local, directory ? into(target.file(), local) : bare(target.file(), local));
      }
    }
    return Main.OK;
  }

  private long bytes(List<Path> locals) throws IOException {
    long bytes = 0;
    for (Path local : locals) {
      bytes += CopyIn.bytes(local, recursive);
    }
    return bytes;
  }

  /** What has no name of its own, such as . and .., is merged with the directory. */
  private static String into(String directory, Path local) {
    Path name = local.getFileName();
    String text = name == null ? "" : InsidePath.name(name.toString());
    return text.isEmpty() ? directory : InsidePath.child(directory, text);
  }

  /** A slash at the end asks for a directory. */
  private String bare(String file, Path local) throws IOException {
    if (file.endsWith("/") && !(recursive && Files.isDirectory(local))) {
      throw noDirectory(file);
    }
    return file;
  }

  private static FileSystemException noDirectory(String file) {
    return new FileSystemException(file, null, "is no directory");
  }
}
