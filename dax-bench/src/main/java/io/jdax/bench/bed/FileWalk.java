package io.jdax.bench.bed;

import java.io.IOException;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * A way through the large file and, by the same offsets, through the same memory without a file
 * system.
 */
@State(Scope.Thread)
public class FileWalk extends Walk {
  /** What one invocation takes of a sequential way. */
  public static final int RUN_BYTES = 64 << 10;

  private long run;

  @Override
  long spanBytes(BenchmarkParams params) throws IOException {
    LargeFile large = TestBed.files().large(Layout.of(params));
    return Math.min(large.sizeBytes, large.bare.byteSize());
  }

  /** Where the next run begins: after the one before, and at the start after the last. */
  public long nextRun(long sizeBytes) {
    long begin = run;
    run = begin + 2 * RUN_BYTES > sizeBytes ? 0 : begin + RUN_BYTES;
    return begin;
  }
}
