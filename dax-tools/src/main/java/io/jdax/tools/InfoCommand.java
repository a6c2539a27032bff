package io.jdax.tools;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.check.LogListing;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tell what file system is on a region, and what its log of notes has. Changes nothing.",
      "With --log, list each line of the log, also of a file system that is damaged elsewhere."
    })
final class InfoCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "A device-dax or a file.")
  Path path = Path.of("");

  @Option(names = "--json", description = "Print it as JSON, with every fact of the region.")
  boolean json;

  @Option(names = "--log", description = "List the lines of the log instead.")
  boolean lines;

  @Override
  public Integer call() throws IOException {
    PrintWriter out = spec.commandLine().getOut();
    if (lines) {
      LogListing log = log();
      out.println(json ? Json.text(LogText.members(log, true)) : LogText.lines(log));
      return Main.OK;
    }
    Map<String, Object> members;
    TextTable table;
    try (Mounted mounted = Mounted.forReading(path)) {
      FileSystemStat stat = mounted.files().statfs();
      members = members(stat, mounted.region());
      table = table(stat, mounted.region());
    }
    LogListing log = log(); // not while it is mounted: that has told its tree by then
    members.put("journal", Json.members(log.journal()));
    members.put("log", LogText.members(log, false));
    LogText.addTo(table, log);
    out.println(json ? Json.text(members) : table.text());
    return Main.OK;
  }

  private LogListing log() throws IOException {
    try (PmemBlockDevice device = Mounted.device(Region.at(path).readOnly(true).open())) {
      return FileSystemCheck.log(device);
    }
  }

  private static TextTable table(FileSystemStat stat, Region region) {
    TextTable table = new TextTable("ll");
    table.row("label", stat.label().isEmpty() ? "none" : InsidePath.printable(stat.label()));
    table.row("uuid", stat.uuid());
    table.row("created", stat.created());
    table.row("format", "version %d, commit %d".formatted(stat.formatVersion(), stat.generation()));
    table.row("size", blocks(stat.totalBlocks(), stat));
    table.row("free", blocks(stat.freeBlocks(), stat));
    table.row("usable", blocks(stat.usableBlocks(), stat));
    table.row("metadata", blocks(stat.metadataBlocks(), stat));
    table.row("inodes", stat.inodes());
    table.row(
        "region",
        "%s of %s, store granularity %s (%s)"
            .formatted(
                region.kind().name().toLowerCase(Locale.ROOT),
                SizeBytes.text(region.sizeBytes()),
                region.granularity().name().toLowerCase(Locale.ROOT).replace('_', ' '),
                region.facts().granularityReason()));
    return table;
  }

  private static String blocks(long count, FileSystemStat stat) {
    return "%s (%d blocks of %d bytes)"
        .formatted(SizeBytes.about(count * stat.blockSize()), count, stat.blockSize());
  }

  private static Map<String, Object> members(FileSystemStat stat, Region region) {
    Map<String, Object> members = new LinkedHashMap<>(Json.members(stat));
    members.put("created", stat.created().toString());
    members.put(
        "region", RegionDescription.of(region, RegionDescription.persister(region)).members());
    return members;
  }
}
