package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code jdax put}. */
@Command(
    name = "put",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Copy files into a file system, with their times, permissions and holes.",
      "Each file arrives wholly or not at all, and is durable when the command ends.",
    })
final class PutCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      arity = "2..*",
      paramLabel = "LOCAL... PATH:FILE",
      hideParamSyntax = true,
      description =
          "What to copy, and a directory of a file system to put it into, or the name for a single"
              + " file.")
  List<String> arguments = List.of();

  @Option(
      names = {"-r", "--recursive"},
      description = "Copy directories with all that is in them, and symbolic links as links.")
  boolean recursive;

  @Override
  public Integer call() throws IOException {
    RegionPath target = target();
    List<String> locals = arguments.subList(0, arguments.size() - 1);
    Problems problems = new Problems(spec.commandLine().getErr());
    try (Mounted mounted = Mounted.forWriting(target.region());
        CopyWatch watch = CopyWatch.over("put", () -> LocalBytes.of(locals, recursive))) {
      DaxFileSystem files = mounted.files();
      List<Target> targets = targets(files, target, locals);
      boolean several = locals.size() > 1;
      try (CopyIn copy = new CopyIn(files, target, recursive, several, watch, problems)) {
        for (int i = 0; i < locals.size(); i++) {
          copy.copy(locals.get(i), targets.get(i).path, targets.get(i).named);
        }
        copy.finish();
      }
    }
    return problems.exitCode();
  }

  private RegionPath target() {
    try {
      return RegionPath.parse(arguments.getLast());
    } catch (TypeConversionException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  /**
   * Where something goes to.
   *
   * @param named whether a person wrote all of the path
   */
  private record Target(String path, boolean named) {}

  /**
   * Where each goes to. Files that would replace each other are refused before anything is done.
   */
  private List<Target> targets(DaxFileSystem files, RegionPath target, List<String> locals)
      throws IOException {
    boolean directory = target.tellingOf(() -> InsidePath.isDirectory(files, target.asked()));
    if (!directory) {
      refuseNoDirectory(target, locals);
      return List.of(new Target(InsidePath.bare(target.file()), true));
    }
    List<Target> targets = new ArrayList<>();
    Map<String, String> taken = new HashMap<>();
    for (String local : locals) {
      String name = InsidePath.name(local);
      targets.add(
          name.isEmpty()
              ? new Target(target.file(), true)
              : new Target(InsidePath.child(target.file(), name), false));
      String other = name.isEmpty() ? null : taken.put(name, local);
      if (other != null) {
        throw Complaint.of(
            local,
            new FileAlreadyExistsException(
                local, other, "would be put where " + InsidePath.printable(other) + " is put"));
      }
    }
    return targets;
  }

  /** A slash at the end asks for a directory, and so do several files. */
  private void refuseNoDirectory(RegionPath target, List<String> locals) throws IOException {
    boolean asks = target.file().endsWith("/");
    if (locals.size() > 1 || asks && !(recursive && isDirectory(locals.getFirst()))) {
      throw Complaint.of(target.toString(), new NotDirectoryException(target.file()));
    }
  }

  private boolean isDirectory(String local) throws IOException {
    return LocalCalls.status(LocalCalls.HERE, local, CopyIn.follows(local, recursive))
        .isDirectory();
  }
}
