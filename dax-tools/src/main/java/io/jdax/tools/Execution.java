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
 * Runs a command, and sees to it that whatever goes wrong is one sentence and an exit code other
 * than 0: also errors of the JVM, and output that nobody could write.
 */
final class Execution implements IExecutionStrategy, IExecutionExceptionHandler {
  private final @Nullable StandardOutput output;

  /**
   * @param output what knows why output was lost; null: nothing does
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
    } catch (Error e) { // which nobody above would tell of
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

  /** Something of what the command printed is missing. */
  private int lost(CommandLine command, int code) {
    tellOfLost(command.getErr());
    boolean check = command.getCommand() instanceof CheckCommand && !command.isUsageHelpRequested();
    return check ? code | CheckCommand.OPERATIONAL : code == Main.OK ? Main.FAILED : code;
  }

  /** Who closes a pipe has had enough, and is told nothing. */
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
    if (cause() != null) { // whatever failed, failed for that
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
