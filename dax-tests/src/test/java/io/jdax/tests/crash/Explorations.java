package io.jdax.tests.crash;

import io.jdax.testing.CrashFailure;
import io.jdax.testing.CrashFigures;
import io.jdax.testing.ImageSet;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Runs workloads under exploration. */
final class Explorations {
  private Explorations() {}

  /**
   * The workload of a name: one of {@link Workloads} or {@link LogWorkloads}, {@code pair-N},
   * {@code seq-N} or {@code random-SEED}, after the {@link FsKind} of file system. What follows an
   * {@code @} only makes the choice of states another one.
   */
  static Workloads.Workload workload(String run) {
    String name = run.replaceFirst("@.*", "");
    FsKind kind = FsKind.of(name);
    if (!kind.workload().equals(name)) {
      return workload(kind.workload());
    }
    if (name.startsWith("seq-")) {
      return TierWorkloads.sequence(Integer.parseInt(name.substring(4)));
    }
    if (name.startsWith("random-")) {
      return new RandomWorkload(Long.parseLong(name.substring(7)), 40);
    }
    if (name.startsWith("pair-")) {
      return Workloads.pair(Integer.parseInt(name.substring(5)));
    }
    Workloads.Workload found = Workloads.SINGLE.getOrDefault(name, LogWorkloads.ALL.get(name));
    if (found == null) {
      throw new IllegalArgumentException("no such workload: " + name);
    }
    return found;
  }

  /**
   * What came of one run.
   *
   * @param failure the first that was found; null if none
   */
  record Explored(CrashFigures figures, @Nullable CrashFailure failure) {}

  /**
   * One run.
   *
   * @param mutant a bug that is put in; null: none
   */
  static Explored run(String name, FsRun.Settings settings, @Nullable FsMutant mutant)
      throws IOException {
    FsRun run = new FsRun(name, settings);
    try {
      run.populate();
      workload(name).prepare(run);
      run.explore();
      if (mutant != null) {
        run.pmem.mutate(mutant.on(run));
      }
      workload(name).run(run);
    } catch (CrashFailure e) {
      run.abandon();
      return new Explored(run.figures(), e);
    } catch (IOException | RuntimeException | Error e) {
      run.abandon();
      throw e;
    }
    if (mutant == null) {
      run.close();
    } else {
      run.abandon();
    }
    return new Explored(run.figures(), null);
  }

  /**
   * Throws what was found wrong.
   *
   * @param images that were seen before
   */
  static CrashFigures explore(String name, int statesPerPoint, ImageSet images) throws IOException {
    Explored explored = run(name, new FsRun.Settings(statesPerPoint, null, images), null);
    if (explored.failure != null) {
      throw explored.failure;
    }
    return explored.figures;
  }

  /** One state again, by its id; no states in the figures: the run does not come by it. */
  static Explored replay(String id, @Nullable FsMutant mutant) throws IOException {
    String name = id.substring(0, Math.max(0, id.indexOf('/')));
    return run(name, FsRun.Settings.of(0).replay(id), mutant);
  }

  /** The first failure that a bug leads to in a workload; null if none. */
  static @Nullable CrashFailure find(String name, FsRun.Settings settings, FsMutant mutant)
      throws IOException {
    return run(name, settings, mutant).failure;
  }
}
