package io.jdax.tests.crash;

import io.jdax.testing.CrashFailure;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;

/** Runs workloads under exploration. */
final class Explorations {
  private Explorations() {}

  /** The workload of a name: one of {@link Workloads}, {@code pair-N} or {@code random-SEED}. */
  static Workloads.Workload workload(String name) {
    if (name.startsWith("random-")) {
      return new RandomWorkload(Long.parseLong(name.substring(7)), 40);
    }
    if (name.startsWith("pair-")) {
      return Workloads.pair(Integer.parseInt(name.substring(5)));
    }
    Workloads.Workload found = Workloads.SINGLE.get(name);
    if (found == null) {
      throw new IllegalArgumentException("no such workload: " + name);
    }
    return found;
  }

  /**
   * Throws what was found wrong.
   *
   * @param only a state's id; null: all
   * @param images that were seen before
   */
  static CrashFigures explore(String name, int statesPerPoint, String only, ImageSet images)
      throws IOException {
    try (FsRun run = new FsRun(name, new FsRun.Settings(statesPerPoint, only, images))) {
      run.populate();
      run.explore();
      workload(name).run(run);
      return run.figures();
    }
  }

  /** One state again; false: the run does not come by it. */
  static boolean replay(String id) throws IOException {
    String name = id.substring(0, Math.max(0, id.indexOf('/')));
    return explore(name, 0, id, new ImageSet()).states() > 0;
  }

  /** The first failure that a bug leads to in a workload; null if none. */
  static CrashFailure find(String name, FsRun.Settings settings, FsMutant mutant)
      throws IOException {
    FsRun run = new FsRun(name, settings);
    try {
      run.populate();
      run.explore();
      run.pmem.mutate(mutant.on(run));
      workload(name).run(run);
      return null;
    } catch (CrashFailure e) {
      return e;
    } finally {
      run.abandon();
    }
  }
}
