package io.jdax.tests.crash;

import static io.jdax.tests.crash.FsRun.PAGE;

import java.util.List;

/** Operations whose order matters to the DRAM tier, in every order. */
final class TierWorkloads {
  private static final List<Workloads.Workload> OPERATIONS =
      List.of(
          r -> r.write("/a", 1000, 6000),
          r -> r.write("/a", 3 * PAGE + 50, PAGE),
          r -> {
            if (r.state.file("/a").size() > PAGE + 2200) {
              r.store("/a", PAGE + 40, 160, false);
              r.store("/a", PAGE + 2000, 100, false); // beside what the punch takes
            }
          },
          r -> r.fsync("/a"),
          r -> r.truncate("/a", PAGE + 500),
          r -> r.truncate("/a", 5 * PAGE),
          r -> r.punch("/a", 300, PAGE + 900),
          r -> r.writeBack("/a"),
          r -> r.evict("/a"));

  /** Operations in a sequence. */
  static final int LENGTH = 3;

  static final int SEQUENCES = (int) Math.pow(OPERATIONS.size(), LENGTH);

  private TierWorkloads() {}

  /** The n-th order; an fsync at the end, which keeps its promise whatever went before. */
  static Workloads.Workload sequence(int n) {
    return r -> {
      int left = n;
      for (int i = 0; i < LENGTH; i++) {
        OPERATIONS.get(left % OPERATIONS.size()).run(r);
        left /= OPERATIONS.size();
      }
      r.fsync("/a");
    };
  }
}
