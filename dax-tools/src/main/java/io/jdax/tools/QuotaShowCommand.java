package io.jdax.tools;

import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.QuotaStat;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax quota show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Tell limits, and what is used of them.")
final class QuotaShowCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(
      paramLabel = "PATH[:FILE]",
      description =
          "A region, for all its quotas, or a file or directory on it, for the one it counts for.")
  RegionPath path = RegionPath.NONE;

  @Option(
      names = "--json",
      description = "Print it as JSON, in bytes, where a limit of 0 means none.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    List<QuotaStat> quotas;
    try (Mounted mounted = Mounted.forReading(path.region())) {
      quotas = quotas(mounted.files());
    }
    if (json || !quotas.isEmpty()) {
      spec.commandLine().getOut().println(json ? json(quotas) : text(quotas));
    }
    return Main.OK;
  }

  private List<QuotaStat> quotas(DaxFileSystem files) throws IOException {
    if (InsidePath.name(path.file()).isEmpty()) {
      return files.quotas();
    }
    return path.tellingOf(
        () -> {
          QuotaStat quota = files.quota(path.file());
          return quota == null ? List.of() : List.of(quota);
        });
  }

  private static String text(List<QuotaStat> quotas) {
    TextTable table =
        new TextTable("lrrrrr").row("directory", "project", "used", "limit", "inodes", "limit");
    for (QuotaStat quota : quotas) {
      long bytes = quota.limits().limitBytes();
      long inodes = quota.limits().limitInodes();
      table.row(
          InsidePath.printable(quota.directory()),
          quota.project(),
          SizeBytes.about(quota.usedBytes()),
          bytes == 0 ? "none" : SizeBytes.about(bytes),
          quota.usedInodes(),
          inodes == 0 ? "none" : inodes);
    }
    return table.text();
  }

  private String json(List<QuotaStat> quotas) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("region", path.region().toString());
    members.put("quotas", quotas.stream().map(QuotaShowCommand::members).toList());
    return Json.text(members);
  }

  private static Map<String, Object> members(QuotaStat quota) {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("directory", quota.directory());
    members.put("project", quota.project());
    members.putAll(Json.members(quota.limits()));
    members.put("usedBytes", quota.usedBytes());
    members.put("usedInodes", quota.usedInodes());
    return members;
  }
}
