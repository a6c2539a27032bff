package io.jdax.bench.run;

import io.jdax.bench.turns.Effort;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a run is asked for.
 *
 * @param region a device-dax, a file that exists, or one to be created for the run and deleted
 *     after it; null for one in /dev/shm
 * @param sizeBytes of the region to create, or that the existing one must have at least; null for
 *     the default, or the whole of what exists
 * @param destroyData what exists at {@code region} may be overwritten
 * @param effort how long to measure
 * @param filter only cases whose id it finds; null for all
 * @param peers TRUE: refuse to run when a peer is not installed; FALSE: leave the peers out; null:
 *     measure those that are there
 * @param json print results as JSON, and no table
 * @param out folder for {@code results.json} and {@code report.html}, created if need be; null
 *     writes none
 */
public record BenchOptions(
    @Nullable Path region,
    @Nullable Long sizeBytes,
    boolean destroyData,
    Effort effort,
    @Nullable Pattern filter,
    @Nullable Boolean peers,
    boolean json,
    @Nullable Path out) {

  /**
   * Everything at its default: what {@code jdax bench} does without options, but for the report.
   */
  public static BenchOptions defaults() {
    return new BenchOptions(null, null, false, Effort.NORMAL, null, null, false, null);
  }
}
