package io.jdax.tools;

import io.jdax.fs.facts.DirectoryEntry;
import io.jdax.fs.facts.FileStat;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax stat}. */
@Command(
    name = "stat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tell all that is known of a file.",
      "A symbolic link is not followed.",
    })
final class StatCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH[:FILE]", description = "A region, and a file on it.")
  RegionPath path = RegionPath.NONE;

  @Option(names = "--json", description = "Print it as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    FileFacts facts;
    try (Mounted mounted = Mounted.forReading(path.region())) {
      facts =
          path.tellingOf(
              () -> {
                boolean link = !path.file().endsWith("/");
                DirectoryEntry entry = InsideWalk.entry(mounted.files(), path.asked(), !link);
                return FileFacts.of(mounted.files(), entry, path.file());
              });
    }
    spec.commandLine().getOut().println(json ? Json.text(facts.members()) : text(facts));
    return Main.OK;
  }

  private static String text(FileFacts facts) {
    FileStat stat = facts.stat();
    return new TextTable("ll")
        .row("path", facts.label())
        .row("type", stat.type().name().toLowerCase(Locale.ROOT))
        .row("size", stat.sizeBytes())
        .row("allocated", stat.allocatedBytes())
        .row("inode", stat.inode())
        .row("links", stat.links())
        .row("permissions", facts.octal() + " " + facts.mode())
        .row("owner", stat.uid() + ":" + stat.gid())
        .row("project", stat.project() == 0 ? "none" : stat.project())
        .row("created", stat.created())
        .row("modified", stat.modified())
        .row("changed", stat.changed())
        .row("accessed", stat.accessed())
        .text();
  }
}
