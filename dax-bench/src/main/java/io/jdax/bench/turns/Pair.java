package io.jdax.bench.turns;

import io.jdax.bench.shape.Case;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Two sides to be measured in turns.
 *
 * @param benchmark what the question is about
 * @param less a part of the benchmark's work that does not count, if any
 * @param baseline what it is compared with
 */
public record Pair(Case benchmark, @Nullable Case less, Case baseline) {
  /** All that is measured for it. */
  public List<Case> sides() {
    return Stream.of(benchmark, less, baseline).filter(Objects::nonNull).toList();
  }

  /** Whether an operation takes a second, or has a process of its own that is always cold. */
  boolean isLengthy() {
    return sides().stream().anyMatch(Case::lengthy);
  }
}
