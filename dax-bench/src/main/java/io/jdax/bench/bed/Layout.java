package io.jdax.bench.bed;

import org.openjdk.jmh.infra.BenchmarkParams;

/** How a file lies in its region. */
public enum Layout {
  /** In extents of 2 MiB and more: what one gets. */
  EXTENTS("2MiB"),

  /** No two neighbouring pages side by side: the worst that a file can come to. */
  PIECES("4KiB");

  private final String parameter;

  Layout(String parameter) {
    this.parameter = parameter;
  }

  /** What a benchmark's parameter {@code layout} asks for; in extents if it has none. */
  static Layout of(BenchmarkParams params) {
    String wanted = params.getParam("layout");
    for (Layout layout : values()) {
      if (wanted == null || layout.parameter.equals(wanted)) {
        return layout;
      }
    }
    throw new IllegalArgumentException("layout " + wanted);
  }
}
