package io.jdax.tools;

import io.jdax.fs.facts.FileSystemStat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax df}. */
@Command(
    name = "df",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Tell how full a file system is.")
final class DfCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "A device-dax or a file.")
  Path path = Path.of("");

  @Option(names = "--json", description = "Print it as JSON, in bytes.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    FileSystemStat stat;
    try (Mounted mounted = Mounted.forReading(path)) {
      stat = mounted.files().statfs();
    }
    spec.commandLine().getOut().println(json ? json(stat) : text(stat));
    return Main.OK;
  }

  private String text(FileSystemStat stat) {
    long used = stat.totalBlocks() - stat.freeBlocks();
    return new TextTable("lrrrrrr")
        .row("region", "size", "used", "free", "usable", "use%", "inodes")
        .row(
            InsidePath.printable(path.toString()),
            about(stat.totalBlocks(), stat),
            about(used, stat),
            about(stat.freeBlocks(), stat),
            about(stat.usableBlocks(), stat),
            Math.ceilDiv(100 * used, Math.max(1, stat.totalBlocks())) + "%",
            stat.inodes())
        .text();
  }

  private static String about(long blocks, FileSystemStat stat) {
    return SizeBytes.about(blocks * stat.blockSize());
  }

  private String json(FileSystemStat stat) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("region", path.toString());
    members.put("sizeBytes", stat.totalBlocks() * stat.blockSize());
    members.put("usedBytes", (stat.totalBlocks() - stat.freeBlocks()) * stat.blockSize());
    members.put("freeBytes", stat.freeBlocks() * stat.blockSize());
    members.put("usableBytes", stat.usableBlocks() * stat.blockSize());
    members.put("metadataBytes", stat.metadataBlocks() * stat.blockSize());
    members.put("inodes", stat.inodes());
    return Json.text(members);
  }
}
