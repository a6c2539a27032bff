package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileType;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
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
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH[:DIR]", description = "A region, and a directory or file on it.")
  RegionPath path = RegionPath.NONE;

  @Option(
      names = {"-l", "--long"},
      description = "Print permissions, links, owner, size, time, and where symbolic links lead.")
  boolean details;

  @Option(
      names = {"-R", "--recursive"},
      description = "List everything below as well, with paths relative to DIR.")
  boolean recursive;

  @Option(names = "--json", description = "Print all that is known of each file as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    try (Mounted mounted = Mounted.forReading(path.region())) {
      DaxFileSystem files = mounted.files();
      DirectoryEntry found = path.tellingOf(() -> InsideWalk.entry(files, path.asked(), true));
      Listing listing =
          json
              ? new ListingJson(spec.commandLine().getOut())
              : new ListingText(spec.commandLine().getOut(), details);
      path.tellingOf(() -> list(files, found, listing));
    }
    return Main.OK;
  }

  private Listing list(DaxFileSystem files, DirectoryEntry found, Listing listing)
      throws IOException {
    if (found.type() == FileType.DIRECTORY) {
      walk(files, found, listing);
    } else {
      DirectoryEntry named = InsideWalk.entry(files, path.asked(), false);
      List<FileFacts> one = List.of(FileFacts.of(files, named, path.file()));
      listing.begin(one);
      listing.file(one.getFirst(), path.file());
    }
    listing.end();
    return listing;
  }

  private void walk(DaxFileSystem files, DirectoryEntry directory, Listing listing)
      throws IOException {
    Deque<Iterator<FileFacts>> levels = new ArrayDeque<>();
    InsideWalk[] walk = new InsideWalk[1];
    walk[0] =
        new InsideWalk(
            files,
            new InsideWalk.Visitor() {
              @Override
              public void begin(List<DirectoryEntry> entries) throws IOException {
                List<FileFacts> facts = new ArrayList<>(entries.size());
                for (DirectoryEntry entry : entries) {
                  facts.add(FileFacts.of(files, entry, entry.name()));
                }
                listing.begin(facts);
                levels.push(facts.iterator());
              }

              @Override
              public boolean visit(DirectoryEntry entry) throws IOException {
                listing.file(levels.element().next(), walk[0].path());
                return recursive;
              }

              @Override
              public void leave(DirectoryEntry done) {
                levels.pop();
                listing.leave();
              }
            });
    walk[0].below(directory);
  }
}
