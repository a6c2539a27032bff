package io.jdax.tools;

import io.jdax.bench.run.Bench;
import io.jdax.bench.run.BenchOptions;
import io.jdax.bench.run.CompareRun;
import io.jdax.bench.run.LimitsRun;
import io.jdax.bench.run.QuickRun;
import io.jdax.bench.turns.Effort;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code jdax bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    exitCodeOnExecutionException = Main.BAD_INPUT,
    sortOptions = false,
    description = {
      "Measure what durable stores, copies and blocks cost here, beside what one would use"
          + " otherwise.",
      "Prints a table, and leaves results.json and report.html in the folder of --out.",
    })
final class BenchCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--region",
      paramLabel = "PATH",
      description =
          "Where to measure: a device-dax, a file, or a name for a file that is made and deleted"
              + " again. Default: a file in /dev/shm.")
  @Nullable Path region;

  @Option(
      names = "--size",
      paramLabel = "N",
      description =
          "Size of the file to make, with K, M, G or T (default 2560M, or 320M for --smoke), or how"
              + " much must be there at least.")
  @Nullable SizeBytes size;

  @Option(names = "--destroy-data", description = "Overwrite what exists at --region.")
  boolean destroyData;

  @ArgGroup(multiplicity = "0..1")
  EffortOptions effort = new EffortOptions();

  @Option(
      names = "--filter",
      paramLabel = "REGEX",
      description =
          "Measure only rows with a match in their id (group/name/parameters), or questions of"
              + " --quick; with --limits, only that group.")
  @Nullable String filter;

  @Option(
      names = "--peers",
      negatable = true,
      fallbackValue = "true",
      description =
          "Require the C peers and libpmem, or with --no-peers leave them out. Default: measure"
              + " those that are installed.")
  @Nullable Boolean peers;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = "bench-report",
      description = "Folder for the report. Default: ${DEFAULT-VALUE}.")
  Path out = Path.of("bench-report");

  @Option(
      names = "--limits",
      description = "Check the promised limits, and fail if one does not hold.")
  boolean limits;

  @Option(
      names = "--json",
      description =
          "Print JSON instead of a table: the rows, and the machine, JDK, commit and region that"
              + " they depend on.")
  boolean json;

  @Option(
      names = "--compare",
      arity = "2",
      paramLabel = "FILE",
      description =
          "Measure nothing, and tell what is slower or faster in the second file than in the first"
              + " beyond noise. Both are what --json has printed, or a results.json.")
  @Nullable List<Path> compare;

  @Option(
      names = "--fail-on-slower",
      description = "With --compare, exit with 1 if something is slower beyond noise.")
  boolean failOnSlower;

  /** At most one of them. */
  static final class EffortOptions {
    @Option(
        names = "--quick",
        description =
            "Take two to three minutes for twenty figures, each beside what one would use otherwise.")
    boolean quick;

    @Option(
        names = "--full",
        description = "Measure every row, for an hour or more. The default takes some ten minutes.")
    boolean full;

    @Option(
        names = "--smoke",
        description = "Run everything for an instant and fail if anything gives no figure.")
    boolean smoke;

    Effort effort() {
      return smoke ? Effort.SMOKE : full ? Effort.FULL : Effort.NORMAL;
    }
  }

  @Override
  public Integer call() throws IOException {
    if (compare != null) {
      return compare(compare);
    }
    if (failOnSlower) {
      throw new ParameterException(spec.commandLine(), "--fail-on-slower goes with --compare");
    }
    BenchOptions options =
        new BenchOptions(
            region,
            size == null ? null : size.bytes(),
            destroyData,
            effort.effort(),
            limits ? null : pattern(),
            peers,
            json,
            out);
    // The benchmarks write to the console while they run; the command's own writers are for
    // messages.
    boolean good =
        limits
            ? new LimitsRun(options, filter, System.out, System.err).run()
            : effort.quick
                ? new QuickRun(options, System.out, System.err).run()
                : new Bench(options, System.out, System.err).run();
    return good ? Main.OK : Main.FAILED;
  }

  private int compare(List<Path> files) throws IOException {
    if (limits || json || effort.effort() != Effort.NORMAL || effort.quick) {
      throw new ParameterException(
          spec.commandLine(), "--compare measures nothing, and goes with --fail-on-slower alone");
    }
    boolean good = new CompareRun(files.getFirst(), files.getLast(), System.out).run();
    return good || !failOnSlower ? Main.OK : Main.FAILED;
  }

  private @Nullable Pattern pattern() {
    try {
      return filter == null ? null : Pattern.compile(filter);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "--filter " + filter + ": " + e.getDescription());
    }
  }
}
