package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import io.jdax.machine.Errno;
import io.jdax.machine.SystemCallException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.NotDirectoryException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
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
      "It arrives wholly or not at all.",
    })
final class GetCommand implements Callable<Integer> {
  private static final String STANDARD_OUTPUT = "-";
  private static final int MAX_SYMLINKS = 40;

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(index = "0", paramLabel = "PATH:FILE", description = "What to copy.")
  RegionPath source = RegionPath.NONE;

  @Parameters(
      index = "1",
      paramLabel = "LOCAL",
      description = "A directory to put it into, or a name for it, or - for standard output.")
  String local = "";

  @Option(
      names = {"-r", "--recursive"},
      description = "Copy a directory with all that is in it, and symbolic links as links.")
  boolean recursive;

  @Override
  public Integer call() throws IOException {
    boolean console = local.equals(STANDARD_OUTPUT);
    if (console && recursive) {
      throw new ParameterException(
          spec.commandLine(), "-r: a directory can't go to standard output");
    }
    Problems problems = new Problems(spec.commandLine().getErr());
    try (Mounted mounted = Mounted.forReading(source.region())) {
      DaxFileSystem files = mounted.files();
      DirectoryEntry found = source.tellingOf(() -> find(files));
      try (CopyWatch watch = CopyWatch.over("get", () -> bytes(files, found));
          CopyOut copy = new CopyOut(files, source, watch, problems)) {
        if (console) {
          copy.toStream(new OutputTarget(System.out, "standard output"));
        } else {
          copy(copy, found);
        }
      }
    }
    return problems.exitCode();
  }

  /** With -r a symbolic link means itself, unless a slash after it asks for what it leads to. */
  private DirectoryEntry find(DaxFileSystem files) throws IOException {
    DirectoryEntry found = InsideWalk.entry(files, source.asked(), !recursive);
    if (found.type() == FileType.DIRECTORY && !recursive) {
      throw new FileSystemException(
          source.file(),
          null,
          local.equals(STANDARD_OUTPUT)
              ? "is a directory"
              : "is a directory, which only -r copies");
    }
    return found;
  }

  private static long bytes(DaxFileSystem files, DirectoryEntry found) throws IOException {
    if (found.type() != FileType.DIRECTORY) {
      return files.stat(found).sizeBytes();
    }
    long[] bytes = new long[1];
    new InsideWalk(
            files,
            entry -> {
              bytes[0] += entry.type() == FileType.REGULAR ? files.stat(entry).sizeBytes() : 0;
              return true;
            })
        .below(found);
    return bytes[0];
  }

  private void copy(CopyOut copy, DirectoryEntry found) throws IOException {
    LocalStatus there = status(local, true);
    if (there != null && there.isDirectory()) {
      copyInto(copy, found, local, InsidePath.name(source.file()));
    } else if (there != null && there.isSameAs(source.regionStatus())) {
      throw Complaint.of(
          local, new FileSystemException(local, null, "is the region that is copied from"));
    } else if (there != null && !there.isRegular()) {
      if (found.type() != FileType.REGULAR) {
        throw Complaint.of(local, new FileSystemException(local, null, "is " + there.kind()));
      }
      copyToDevice(copy);
    } else {
      String bare = InsidePath.bare(local);
      if (!bare.equals(local) && (found.type() != FileType.DIRECTORY || there != null)) {
        throw Complaint.of(local, new NotDirectoryException(local));
      }
      // What a symbolic link leads to is replaced, and the link stays.
      String target = there == null ? bare : endOfSymlinks(bare);
      int slash = target.lastIndexOf('/');
      copyInto(
          copy,
          found,
          slash < 0 ? "." : target.substring(0, slash + 1),
          target.substring(slash + 1));
    }
  }

  /**
   * @param name in {@code directory}, or empty to merge a directory into that
   */
  private void copyInto(CopyOut copy, DirectoryEntry found, String directory, String name)
      throws IOException {
    try (LocalTree tree = open(directory, name)) {
      if (found.type() == FileType.DIRECTORY) {
        copy.tree(found, tree, name);
      } else {
        copy.one(found, tree, name);
      }
    }
  }

  private LocalTree open(String directory, String name) throws IOException {
    try {
      return LocalTree.open(directory, directory.equals(".") ? "" : directory, true);
    } catch (SystemCallException e) {
      throw Complaint.of(local.endsWith(name) ? local : directory, e);
    }
  }

  private void copyToDevice(CopyOut copy) throws IOException {
    try (PrintStream device =
        new PrintStream(new FileOutputStream(local), false, StandardCharsets.UTF_8)) {
      copy.toStream(new OutputTarget(device, local));
    }
  }

  /** The path that a chain of symbolic links leads to. */
  private static String endOfSymlinks(String path) throws IOException {
    String at = path;
    for (int i = 0; i < MAX_SYMLINKS; i++) {
      LocalStatus status = status(at, false);
      if (status == null || !status.isSymbolicLink()) {
        return at;
      }
      String says = LocalCalls.readLink(LocalCalls.HERE, at);
      at = says.startsWith("/") ? says : at.substring(0, at.lastIndexOf('/') + 1) + says;
    }
    throw new SystemCallException("open", path, LocalCalls.ELOOP);
  }

  private static @Nullable LocalStatus status(String path, boolean follow) throws IOException {
    try {
      return LocalCalls.status(LocalCalls.HERE, path, follow);
    } catch (SystemCallException e) {
      if (e.errno() == Errno.ENOENT) {
        return null;
      }
      throw Complaint.of(path, e);
    }
  }
}
