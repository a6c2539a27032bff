package io.jdax.bench.report;

import com.google.gson.Gson;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * What a newcomer wants to know, a row of {@code questions.json}: a quick run answers them all, and
 * they are the cards on top of the report.
 *
 * @param id short, unique
 * @param text the work that is asked about
 * @param beside the work that one would compare it with
 * @param benchmark {@link io.jdax.bench.shape.Case#id} of the first
 * @param baseline {@link io.jdax.bench.shape.Case#id} of the second
 */
public record Question(String id, String text, String beside, String benchmark, String baseline) {
  private static final String RESOURCE = "questions.json";

  /** All of them, in the order in which they are answered. */
  public static List<Question> all() {
    try (InputStream in = Objects.requireNonNull(Question.class.getResourceAsStream(RESOURCE))) {
      return List.of(
          new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), Question[].class));
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " can't be read", e);
    }
  }
}
