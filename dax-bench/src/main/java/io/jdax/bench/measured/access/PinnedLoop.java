package io.jdax.bench.measured.access;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.bench.bed.FileWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A loop over memory that a pin handed out, beside the same loop over the same memory. */
@Shape(group = "access", title = "Loop over a pinned range", rank = 13, regionBytes = 64 << 20)
@State(Scope.Benchmark)
public class PinnedLoop {
  private static final int OPS = FileWalk.RUN_BYTES / 8;
  private static final String JDAX = "jdax pin";
  private static final String RAW = "MemorySegment";

  @Param("8")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = JDAX, by = Peer.JDAX, beside = RAW)
  public long jdax(PinTarget target, FileWalk walk) {
    return sum(target.pinned, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = RAW, by = Peer.JAVA, beside = JDAX)
  public long raw(PinTarget target, FileWalk walk) {
    return sum(target.bare, walk);
  }

  private static long sum(MemorySegment segment, FileWalk walk) {
    long at = walk.nextRun(segment.byteSize());
    long sum = 0;
    for (int i = 0; i < OPS; i++) {
      sum += segment.get(JAVA_LONG, at + i * 8L);
    }
    return sum;
  }
}
