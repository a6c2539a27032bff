package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.DirectoryEntry;
import io.jdax.fs.FileStat;
import io.jdax.fs.FileType;
import java.io.IOException;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax ls}. */
@Command(
    name = "ls",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "List a directory, a line per file, by name.")
final class LsCommand implements Callable<Integer> {
  private static final DateTimeFormatter MINUTES = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm");

  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH[:DIR]", description = "A region, and a directory or file on it.")
  RegionPath path = RegionPath.parse("");

  @Option(
      names = {"-l", "--long"},
      description = "With permissions, links, owner, size, time, and where symbolic links lead.")
  boolean details;

  @Option(
      names = {"-R", "--recursive"},
      description = "Everything below as well; paths are relative to DIR.")
  boolean recursive;

  @Option(names = "--json", description = "Print all that is known of each file as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    List<FileFacts> found = new ArrayList<>();
    try (Mounted mounted = Mounted.forReading(path.region())) {
      DaxFileSystem files = mounted.files();
      if (files.stat(path.file()).type() == FileType.DIRECTORY) {
        list(files, path.file(), "", found);
      } else {
        found.add(FileFacts.of(files, path.file(), path.file()));
      }
    }
    if (json || !found.isEmpty()) {
      spec.commandLine().getOut().println(text(found));
    }
    return Main.OK;
  }

  private void list(DaxFileSystem files, String directory, String relative, List<FileFacts> found)
      throws IOException {
    for (DirectoryEntry entry : InsidePath.sorted(files, directory)) {
      String inside = InsidePath.child(directory, entry.name());
      found.add(FileFacts.of(files, inside, relative + entry.name()));
      if (recursive && entry.type() == FileType.DIRECTORY) {
        list(files, inside, relative + entry.name() + "/", found);
      }
    }
  }

  private String text(List<FileFacts> found) {
    if (json) {
      return Json.text(found.stream().map(FileFacts::members).toList());
    }
    if (details) {
      TextTable table = new TextTable("lrrrrll");
      found.forEach(file -> row(table, file));
      return table.text();
    }
    return found.stream()
        .map(file -> InsidePath.printable(file.path()))
        .collect(Collectors.joining(System.lineSeparator()));
  }

  private static void row(TextTable table, FileFacts file) {
    FileStat stat = file.stat();
    table.row(
        file.mode(),
        stat.links(),
        stat.uid(),
        stat.gid(),
        stat.sizeBytes(),
        MINUTES.format(stat.modified().atZone(ZoneId.systemDefault())),
        file.label());
  }
}
