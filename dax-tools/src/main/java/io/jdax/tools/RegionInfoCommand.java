package io.jdax.tools;

import io.jdax.region.Region;
import io.jdax.region.RegionBuilder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax region info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = Main.BAD_INPUT,
    sortOptions = false,
    description = "Tell what a region is and how stores to it become durable. Changes nothing.")
final class RegionInfoCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "A device-dax or a file.")
  Path path = Path.of("");

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "Bytes that must be there, with K, M, G or T.")
  @Nullable SizeBytes size;

  @Option(names = "--json", description = "Print it as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    try (Region region = region().readOnly(true).open()) {
      region.ensureOpen(); // so that what is wrong with it is said before anything else
    }
    String persister = persister();
    try (Region region = region().readOnly(true).open()) {
      RegionDescription description = RegionDescription.of(region, persister);
      spec.commandLine().getOut().println(json ? description.json() : description.text());
    }
    return Main.OK;
  }

  private RegionBuilder region() {
    RegionBuilder builder = Region.at(path);
    if (size != null) {
      builder.size(size.bytes());
    }
    return builder;
  }

  /**
   * What makes stores durable is decided for a region that is open for stores. To open it so does
   * not change anything, either.
   */
  private String persister() {
    try (Region region = region().open()) {
      return RegionDescription.persister(region);
    } catch (IOException e) {
      return "none, since it can't be opened for stores ("
          + Complaint.firstLine(String.valueOf(e.getMessage()))
          + ")";
    }
  }
}
