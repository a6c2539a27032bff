package io.jdax.tools;

import io.jdax.fs.DaxFile;
import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.FilePages;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax extents}. */
@Command(
    name = "extents",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tell where on its region a file lies.",
      "Offsets and lengths are in bytes. Block is the number of the first block.",
      "With --pages, tell which pages of 4096 bytes are loaded and stored in place, and which"
          + " through DRAM.",
    })
final class ExtentsCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH:FILE", description = "A region, and a file on it.")
  RegionPath path = RegionPath.NONE;

  @Option(names = "--json", description = "Print it as JSON.")
  boolean json;

  @Option(names = "--pages", description = "Tell of pages, and where loads and stores go.")
  boolean pages;

  @Override
  public Integer call() throws IOException {
    try (Mounted mounted = Mounted.forReading(path.region());
        DaxFile file = path.tellingOf(() -> mounted.files().open(path.asked()))) {
      int blockSize = mounted.files().statfs().blockSize();
      List<Map<String, Object>> rows =
          pages
              ? file.pages().stream().map(ExtentsCommand::members).toList()
              : file.extents().stream().map(e -> members(e, blockSize)).toList();
      spec.commandLine().getOut().println(json ? Json.text(rows) : text(rows));
    }
    return Main.OK;
  }

  private String text(List<Map<String, Object>> rows) {
    TextTable table =
        pages
            ? new TextTable("rrl").row("page", "pages", "place")
            : new TextTable("rrrl").row("offset", "length", "block", "state");
    rows.forEach(row -> table.row(row.values().toArray()));
    return table.text();
  }

  private static Map<String, Object> members(FilePages pages) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("page", pages.firstPage());
    members.put("pages", pages.pageCount());
    members.put("place", name(pages.place()));
    return members;
  }

  private static Map<String, Object> members(FileExtent extent, int blockSize) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("offset", extent.offset());
    members.put("length", extent.length());
    members.put("block", extent.place() / blockSize);
    members.put("state", name(extent.state()));
    return members;
  }

  private static String name(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
