package io.jdax.bench.run;

import com.google.gson.Gson;
import io.jdax.bench.report.Figures;
import io.jdax.bench.shape.Case;
import io.jdax.bench.shape.Catalogue;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code limits.json}: a promise about cost that a test can break. It has a {@code factor}
 * with the baseline that it refers to, or {@code nanos}, or all of them; what it has must hold.
 *
 * @param id short, unique
 * @param issue where it was promised
 * @param group of the rows that {@code --filter} chooses among
 * @param text the work, and beside what
 * @param benchmark {@link Case#id()} of what is limited
 * @param less {@link Case#id()} of a part of the benchmark's work that does not count, if any
 * @param baseline {@link Case#id()} of what it is compared with
 * @param factor the benchmark takes at most this many times as long as the baseline
 * @param plusNanos and so many nanoseconds more, if the factor alone would be too strict
 * @param nanos the benchmark takes at most so many nanoseconds
 */
record Limit(
    String id,
    int issue,
    String group,
    String text,
    String benchmark,
    @Nullable String less,
    @Nullable String baseline,
    @Nullable Double factor,
    @Nullable Double plusNanos,
    @Nullable Double nanos) {
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

  /** All that is measured for it. */
  List<String> sides() {
    return Stream.of(benchmark, less, baseline).filter(Objects::nonNull).toList();
  }

  /** {@code 1.05 ×}, {@code 2.00 × + 50 ns}, {@code 100 ns}, or a comma between two. */
  String bound() {
    List<String> bounds = new ArrayList<>();
    if (factor != null) {
      String more = plusNanos == null ? "" : " + " + Figures.number(plusNanos) + " ns";
      bounds.add(String.format(Locale.ROOT, "%.2f ×", factor) + more);
    }
    if (nanos != null) {
      bounds.add(Figures.number(nanos) + " ns");
    }
    return String.join(", ", bounds);
  }

  /** The case that an id names. */
  static Case named(String id) {
    return Catalogue.all().stream()
        .filter(c -> c.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(RESOURCE + ": no benchmark is called " + id));
  }
}
