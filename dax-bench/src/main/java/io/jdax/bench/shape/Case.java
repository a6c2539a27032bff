package io.jdax.bench.shape;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One row to be: a benchmark method with its parameters and number of threads.
 *
 * @param group {@link Shape#group()}
 * @param title {@link Shape#title()}
 * @param name {@link Measures#value()}
 * @param params by name, sorted; {@code bytes} is what one operation moves
 * @param threads that do the work at once
 * @param method class and method, as JMH names the benchmark
 * @param by who does the work
 * @param beside names of rows to compare with, best first
 * @param regionBytes {@link Shape#regionBytes()}
 * @param warmups {@link Shape#warmups()}
 * @param lengthy {@link Shape#lengthy()}
 * @param thorough {@link Shape#thorough()}
 */
public record Case(
    String group,
    String title,
    String name,
    Map<String, String> params,
    int threads,
    String method,
    Peer by,
    List<String> beside,
    long regionBytes,
    int warmups,
    boolean lengthy,
    boolean thorough) {
  /** More extents than a short run has the time to make. */
  private static final int MANY_EXTENTS = 100_000;

  /**
   * {@code group/name}, then {@code /key=value …} and {@code /n threads} where there are any; what
   * filters match.
   */
  public String id() {
    return group
        + "/"
        + name
        + (params.isEmpty() ? "" : "/" + paramText())
        + (threads == 1 ? "" : "/" + threads + " threads");
  }

  /** {@code bytes=64 order=random}. */
  public String paramText() {
    return params.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "));
  }

  /** Bytes that one operation moves, or 0 when it moves none. */
  public long bytes() {
    return Long.parseLong(params.getOrDefault("bytes", "0"));
  }

  /** Whether the other does the same work, so that the two may be compared. */
  public boolean sameWork(Case other) {
    return title.equals(other.title) && params.equals(other.params) && threads == other.threads;
  }

  /** Whether what it is measured on takes longer to make than a short run may last. */
  public boolean slowToPrepare() {
    return Integer.parseInt(params.getOrDefault("extents", "0")) > MANY_EXTENTS;
  }
}
