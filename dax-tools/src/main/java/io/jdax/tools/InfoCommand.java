package io.jdax.tools;

import io.jdax.fs.facts.FileSystemStat;
import io.jdax.region.Region;
import java.io.IOException;
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
    description = "Tell what file system is on a region. Changes nothing.")
final class InfoCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "A device-dax or a file.")
  Path path = Path.of("");

  @Option(names = "--json", description = "Print it as JSON, with every fact of the region.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    try (Mounted mounted = Mounted.forReading(path)) {
      FileSystemStat stat = mounted.files().statfs();
      spec.commandLine()
          .getOut()
          .println(json ? json(stat, mounted.region()) : text(stat, mounted.region()));
    }
    return Main.OK;
  }

  private static String text(FileSystemStat stat, Region region) {
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
    return table.text();
  }

  private static String blocks(long count, FileSystemStat stat) {
    return "%s (%d blocks of %d bytes)"
        .formatted(SizeBytes.about(count * stat.blockSize()), count, stat.blockSize());
  }

  private static String json(FileSystemStat stat, Region region) {
    Map<String, Object> members = new LinkedHashMap<>(Json.members(stat));
    members.put("created", stat.created().toString());
    members.put(
        "region", RegionDescription.of(region, RegionDescription.persister(region)).members());
    return Json.text(members);
  }
}
