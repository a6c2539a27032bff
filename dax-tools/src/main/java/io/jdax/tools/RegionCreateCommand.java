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

/** {@code jdax region create}. */
@Command(
    name = "create",
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = Main.BAD_INPUT,
    sortOptions = false,
    description = "Create a region file of zeros. What exists is left alone.")
final class RegionCreateCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PATH", description = "The file to create.")
  Path path = Path.of("");

  @Option(
      names = "--size",
      paramLabel = "N",
      required = true,
      description = "Bytes, with K, M, G or T, and a multiple of 4096.")
  SizeBytes size = new SizeBytes(1);

  @Option(
      names = "--mode",
      paramLabel = "M",
      converter = OctalMode.class,
      description = "Permissions of the file, in octal. Default: 600, for the owner alone.")
  @Nullable Integer mode;

  @Option(
      names = "--populate",
      description = "Allocate all of the file now. Without this it is sparse.")
  boolean populate;

  @Option(names = "--json", description = "Print the facts of the new region as JSON.")
  boolean json;

  @Override
  public Integer call() throws IOException {
    RegionBuilder builder = Region.at(path).size(size.bytes()).populate(populate);
    if (mode != null) {
      builder.mode(mode);
    }
    try (Region region = builder.create()) {
      RegionDescription description =
          RegionDescription.of(region, RegionDescription.persister(region));
      spec.commandLine().getOut().println(json ? description.json() : description.text());
    }
    return Main.OK;
  }
}
