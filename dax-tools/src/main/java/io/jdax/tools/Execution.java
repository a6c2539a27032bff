package io.jdax.tools;

import java.io.IOException;
import java.io.PrintWriter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ExecutionException;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IExecutionStrategy;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;

/**
 * Runs a command, and makes whatever goes wrong one sentence and an exit code other than 0. That
 * includes errors of the JVM, and output that could not be written.
 */
final class Execution implements IExecutionStrategy, IExecutionExceptionHandler {
  private final @Nullable StandardOutput output;

  /**
   * @param output knows why output was lost, or null if nothing does
   */
  Execution(@Nullable StandardOutput output) {
    this.output = output;
  }

  @Override
  public int execute(ParseResult parsed) {
    CommandLine command = innermost(parsed);
    int code;
    try {
      code = new RunLast().execute(parsed);
    } catch (Error e) { // picocli only passes exceptions to the handler
      throw new ExecutionException(command, String.valueOf(e.getMessage()), e);
    }
    System.out.flush();
    return command.getOut().checkError() || cause() != null ? lost(command, code) : code;
  }

  private static CommandLine innermost(ParseResult parsed) {
    ParseResult last = parsed;
    while (last.hasSubcommand()) {
      last = last.subcommand();
    }
    return last.commandSpec().commandLine();
  }

  private @Nullable IOException cause() {
    return output == null ? null : output.failure();
  }

  /** Tells that some of what the command printed is missing. Returns the exit code. */
  private int lost(CommandLine command, int code) {
    tellOfLost(command.getErr());
    boolean check = command.getCommand() instanceof CheckCommand && !command.isUsageHelpRequested();
    return check ? code | CheckCommand.OPERATIONAL : code == Main.OK ? Main.FAILED : code;
  }

  /** Nothing is said if the reader has closed the pipe, since it has had enough. */
  private void tellOfLost(PrintWriter err) {
    IOException cause = cause();
    String why = cause == null ? "can't be written to" : String.valueOf(cause.getMessage());
    if (!why.equals("Broken pipe")) {
      err.println("jdax: standard output: " + InsidePath.printable(why));
    }
  }

  @Override
  public int handleExecutionException(Exception e, CommandLine command, ParseResult parsed) {
    Throwable failure =
        e instanceof ExecutionException wrapped && wrapped.getCause() != null
            ? wrapped.getCause()
            : e;
    PrintWriter err = command.getErr();
    command.getOut().flush();
    if (cause() != null) { // that is why the command failed
      return lost(command, Main.FAILED);
    }
    err.println("jdax: " + Complaint.about(failure));
    if (debugs(parsed)) {
      failure.printStackTrace(err);
    }
    err.flush();
    return command.getCommandSpec().exitCodeOnExecutionException();
  }

  private static boolean debugs(ParseResult parsed) {
    Object root = parsed.commandSpec().root().userObject();
    return root instanceof Main main && main.debug;
  }
}
