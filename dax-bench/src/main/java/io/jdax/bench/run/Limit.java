package io.jdax.bench.run;

import com.google.gson.Gson;
import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Catalogue;
import io.jdax.bench.turns.Pair;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code limits.json}: a promise about cost that a test can break. It is always about a
 * ratio, since nanoseconds would be those of one machine.
 *
 * @param id short, unique
 * @param issue where it was promised
 * @param group of the rows that {@code --filter} chooses among
 * @param text the work, and beside what
 * @param benchmark {@link Case#id()} of what is limited
 * @param less {@link Case#id()} of a part of the benchmark's work that does not count, if any
 * @param baseline {@link Case#id()} of what it is compared with
 * @param factor the benchmark takes at most this many times as long as the baseline
 */
record Limit(
    String id,
    int issue,
    String group,
    String text,
    String benchmark,
    @Nullable String less,
    String baseline,
    double factor) {
  private static final String RESOURCE = "limits.json";

  /** All of them, in the order of the file. */
  static List<Limit> all() {
    try (InputStream in = Objects.requireNonNull(Limit.class.getResourceAsStream(RESOURCE))) {
      return List.of(
          new Gson().fromJson(new InputStreamReader(in, StandardCharsets.UTF_8), Limit[].class));
    } catch (IOException e) {
      throw new IllegalStateException(RESOURCE + " can't be read", e);
    }
  }

  static Set<String> groups() {
    return all().stream().map(Limit::group).collect(Collectors.toCollection(TreeSet::new));
  }

  /** What is measured for it. */
  Pair pair() {
    return new Pair(
        Catalogue.named(benchmark),
        less == null ? null : Catalogue.named(less),
        Catalogue.named(baseline));
  }

  /** {@code 1.05 ×}. */
  String bound() {
    return String.format(Locale.ROOT, "%.2f ×", factor);
  }
}
