package io.jdax.tools;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax get}. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Copy a file out of a file system, with its times, permissions and holes.",
      "It is there wholly or not at all.",
    })
final class GetCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "PATH:FILE", description = "What to copy.")
  RegionPath source = RegionPath.parse("");

  @Parameters(
      index = "1",
      paramLabel = "LOCAL",
      description = "A directory to put it into, or the name for it; - for standard output.")
  String local = "";

  @Option(
      names = {"-r", "--recursive"},
      description = "Copy a directory too, and symbolic links as what they are.")
  boolean recursive;

  @Override
  public Integer call() throws IOException {
    boolean console = local.equals(STANDARD_OUTPUT);
    if (console && recursive) {
      throw new ParameterException(
          spec.commandLine(), "-r: a directory can't go to standard output");
    }
    try (Mounted mounted = Mounted.forReading(source.region());
        CopyWatch watch =
            CopyWatch.over("get", () -> CopyOut.bytes(mounted.files(), source.file(), recursive))) {
      CopyOut copy = new CopyOut(mounted.files(), recursive, watch);
      if (console) {
        copy.copy(source.file(), System.out, "standard output");
      } else {
        copy(copy);
      }
    }
    return Main.OK;
  }

  private void copy(CopyOut copy) throws IOException {
    Path target = Path.of(local);
    if (Files.isDirectory(target)) {
      String name = InsidePath.name(source.file());
      copy.copy(source.file(), name.isEmpty() ? target : target.resolve(name));
    } else if (Files.exists(target) && !Files.isRegularFile(target)) {
      try (PrintStream device =
          new PrintStream(new FileOutputStream(local), false, StandardCharsets.UTF_8)) {
        copy.copy(source.file(), device, local);
      }
    } else {
      // What a symbolic link leads to is replaced there; the link stays.
      copy.copy(source.file(), Files.exists(target) ? target.toRealPath() : target);
    }
  }
}
