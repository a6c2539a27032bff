package io.jdax.tools;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jdax cat}. */
@Command(
    name = "cat",
    mixinStandardHelpOptions = true,
    description = "Write the bytes of files to standard output, one file after the other.")
final class CatCommand implements Callable<Integer> {
  @Spec CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "1..*", paramLabel = "PATH:FILE", description = "What to write.")
  List<RegionPath> sources = List.of();

  @Override
  public Integer call() throws IOException {
    Problems problems = new Problems(spec.commandLine().getErr());
    for (RegionPath source : sources) {
      try (Mounted mounted = Mounted.forReading(source.region());
          CopyWatch watch = CopyWatch.silent()) {
        new CopyOut(mounted.files(), source, watch, problems)
            .toStream(new OutputTarget(System.out, "standard output"));
      }
    }
    return Main.OK;
  }
}
