package io.jdax.tools;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code jdax cat}. */
@Command(
    name = "cat",
    mixinStandardHelpOptions = true,
    description = "Write the bytes of files to standard output, one file after the other.")
final class CatCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "PATH:FILE", description = "What to write.")
  List<RegionPath> sources = List.of();

  @Override
  public Integer call() throws IOException {
    for (RegionPath source : sources) {
      try (Mounted mounted = Mounted.forReading(source.region());
          CopyWatch watch = CopyWatch.silent()) {
        new CopyOut(mounted.files(), false, watch)
            .copy(source.file(), System.out, "standard output");
      }
    }
    return Main.OK;
  }
}
