package io.jdax.tools;

import io.jdax.fs.DaxFile;
import io.jdax.fs.FileExtent;
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
      "Offsets and lengths are bytes; block is the number of the first 4096-byte block.",
    })
final class ExtentsCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH:FILE", description = "A region, and a file on it.")
  RegionPath path = RegionPath.parse("");

  @Option(names = "--json", description = "Print it as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    List<FileExtent> extents;
    try (Mounted mounted = Mounted.forReading(path.region());
        DaxFile file = mounted.files().open(path.file())) {
      extents = file.extents();
    }
    spec.commandLine()
        .getOut()
        .println(
            json
                ? Json.text(extents.stream().map(ExtentsCommand::members).toList())
                : text(extents));
    return Main.OK;
  }

  private static String text(List<FileExtent> extents) {
    TextTable table = new TextTable("rrrl").row("offset", "length", "block", "state");
    extents.forEach(
        extent -> table.row(extent.offset(), extent.length(), extent.pfn(), state(extent)));
    return table.text();
  }

  private static Map<String, Object> members(FileExtent extent) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("offset", extent.offset());
    members.put("length", extent.length());
    members.put("block", extent.pfn());
    members.put("state", state(extent));
    return members;
  }

  private static String state(FileExtent extent) {
    return extent.state().name().toLowerCase(Locale.ROOT);
  }
}
