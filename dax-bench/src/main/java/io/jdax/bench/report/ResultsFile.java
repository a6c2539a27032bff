package io.jdax.bench.report;

import com.google.gson.GsonBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** {@code results.json}: an array of {@link Result}. */
public final class ResultsFile {
  private ResultsFile() {}

  public static void write(Path file, List<Measurement> measured) throws IOException {
    Files.writeString(file, json(measured));
  }

  static String json(List<Measurement> measured) {
    List<Result> results = measured.stream().map(m -> Result.of(m, measured)).toList();
    return new GsonBuilder()
            .serializeNulls()
            .disableHtmlEscaping()
            .setPrettyPrinting()
            .create()
            .toJson(results)
        + "\n";
  }
}
