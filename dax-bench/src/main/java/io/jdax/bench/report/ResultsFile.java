package io.jdax.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonParseException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code results.json}: what a run gave, and on what.
 *
 * @param format of the file; another one has another number
 * @param run what its figures depend on
 * @param rows in the order in which they were measured
 */
public record ResultsFile(int format, RunFacts run, List<Result> rows) {
  private static final int FORMAT = 2;

  private static final Gson GSON =
      new GsonBuilder().serializeNulls().disableHtmlEscaping().setPrettyPrinting().create();

  public ResultsFile(RunFacts run, List<Result> rows) {
    this(FORMAT, run, rows);
  }

  /** Replaces what is there. */
  public void write(Path file) throws IOException {
    Files.writeString(file, json());
  }

  /** With a line feed at its end. */
  public String json() {
    return GSON.toJson(this) + "\n";
  }

  /**
   * What {@link #write} has written.
   *
   * @throws IOException it can't be read, is something else, or is of another format; the message
   *     begins with its name
   */
  public static ResultsFile read(Path file) throws IOException {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new IOException(file + ": " + reason(e), e);
    }
    @Nullable ResultsFile results;
    try {
      results = GSON.fromJson(text, ResultsFile.class);
    } catch (JsonParseException | NumberFormatException e) {
      throw new IOException(file + ": is not what jdax bench --json prints", e);
    }
    if (results == null || results.format == 0) {
      throw new IOException(file + ": is not what jdax bench --json prints");
    }
    if (results.format != FORMAT) {
      throw new IOException(
          file + ": is of format " + results.format + ", and this jdax reads format " + FORMAT);
    }
    results.requireWhole(file);
    return results;
  }

  @SuppressWarnings("ConstantValue") // JSON may leave out what a record must have
  private void requireWhole(Path file) throws IOException {
    boolean whole = run != null && rows != null && run.isWhole();
    Set<String> ids = new HashSet<>();
    for (int i = 0; whole && i < rows.size(); i++) {
      whole = rows.get(i) != null && rows.get(i).id() != null && ids.add(rows.get(i).id());
    }
    if (!whole) {
      throw new IOException(file + ": lacks members that jdax bench --json prints");
    }
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.NoSuchFileException
        ? "there is no such file"
        : e instanceof java.nio.charset.CharacterCodingException
            ? "is not text"
            : e instanceof java.nio.file.AccessDeniedException
                ? "permission denied"
                : String.valueOf(e.getMessage());
  }
}
