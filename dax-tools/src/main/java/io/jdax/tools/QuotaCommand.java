package io.jdax.tools;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jdax quota}. */
@Command(
    name = "quota",
    mixinStandardHelpOptions = true,
    description = "Limit what a directory and everything below it may use, and tell what it does.",
    subcommands = {QuotaSetCommand.class, QuotaShowCommand.class, QuotaClearCommand.class})
final class QuotaCommand implements Runnable {
  @Spec CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "set, show or clear is missing");
  }
}
