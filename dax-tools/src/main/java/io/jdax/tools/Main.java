package io.jdax.tools;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * {@code jdax}, and the commands below it.
 *
 * <pre>
 *   exit code  0  done
 *              1  a benchmark gave no figure, or a limit does not hold; a command on a file system
 *                 failed, or left files out, and one line on standard error for each says why; or
 *                 standard output could not be written to
 *              2  bad input, or, for bench and region, a region that can't be used; one line says why
 *              3  the launcher found no way to build or run (never from here)
 * </pre>
 *
 * <p>{@link CheckCommand} has those of fsck(8) instead.
 */
@Command(
    name = "jdax",
    description =
        "Persistent memory for the JVM: regions, file systems on them, and what they cost.",
    footer = {
      "",
      "The launcher has more commands: test runs the whole test suite, crashtest explores what"
          + " power",
      "loss can leave of a file system (--seed N, --minutes M, --replay ID), and mutants and pit"
          + " tell",
      "which bugs the tests catch (docs/mutants.md)."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Version.class)
public final class Main implements Runnable {
  static final int OK = 0;
  static final int FAILED = 1;
  static final int BAD_INPUT = 2;

  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "If a command fails, also print the place in the code.")
  boolean debug;

  /** Runs the command, and ends the JVM with its exit code. */
  public static void main(String[] args) {
    StandardOutput output = StandardOutput.install();
    OutputStream err = new FileOutputStream(FileDescriptor.err);
    String[] words = Arguments.asWritten(args);
    CommandLine line =
        commandLine(new Execution(output), words)
            .setOut(new PrintWriter(new OutputStreamWriter(System.out, StandardCharsets.UTF_8)))
            .setErr(new PrintWriter(new OutputStreamWriter(err, StandardCharsets.UTF_8), true));
    System.exit(line.execute(words));
  }

  /** The command line as {@link #main} runs it for these words, for tests. */
  static CommandLine commandLine(String... words) {
    return commandLine(new Execution(null), words);
  }

  static CommandLine commandLine(Execution execution, String... words) {
    CommandLine line = new CommandLine(new Main());
    Commands.addTo(line, words);
    line.setCaseInsensitiveEnumValuesAllowed(true);
    line.registerConverter(SizeBytes.class, SizeBytes::parse);
    line.registerConverter(RegionPath.class, RegionPath::parse);
    line.registerConverter(Path.class, RegionPath::path); // every Path of a command is a region
    line.setParameterExceptionHandler(Main::badParameter);
    line.setExecutionStrategy(execution);
    line.setExecutionExceptionHandler(execution);
    return line;
  }

  private static int badParameter(ParameterException e, String[] args) {
    PrintWriter err = e.getCommandLine().getErr();
    String message = String.valueOf(e.getMessage()).replaceFirst("^Error: ", "");
    err.println(
        "jdax: "
            + InsidePath.printable(Complaint.firstLine(message))
            + seeHelp(e.getCommandLine()));
    return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
  }

  private static String seeHelp(CommandLine command) {
    return " (see " + command.getCommandSpec().qualifiedName() + " --help)";
  }

  /** Runs when no command was given. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }
}
