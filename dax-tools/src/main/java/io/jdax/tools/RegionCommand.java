package io.jdax.tools;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jdax region}. */
@Command(
    name = "region",
    mixinStandardHelpOptions = true,
    description = "Create a region, or tell what the platform makes of one.",
    subcommands = {RegionCreateCommand.class, RegionInfoCommand.class})
final class RegionCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "create or info is missing");
  }
}
