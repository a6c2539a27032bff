package io.jdax.bench.measured.tier;

import io.jdax.bench.bed.FileWalk;
import io.jdax.bench.bed.TierFile;
import io.jdax.bench.bed.TierTarget;
import io.jdax.bench.bed.TierWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** 8 bytes loaded through a mapping, from DRAM and from where the file lies. */
@Shape(
    group = "cache",
    title = "Load from a mapped file that is in DRAM",
    rank = 50,
    regionBytes = TierFile.REGION_BYTES,
    warmups = 3)
@State(Scope.Benchmark)
public class TierLoad {
  private static final int OPS = FileWalk.RUN_BYTES / 8;
  private static final String CACHED = "jdax getLong, cached";
  private static final String DIRECT = "jdax getLong, direct";

  @Param("8")
  public int bytes;

  @Param({"sequential", "random"})
  public String order = "";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = CACHED, by = Peer.JDAX, rank = 0, beside = DIRECT)
  public long cached(TierTarget.Hit target, TierWalk walk) throws IOException {
    return load(target.mapping, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = DIRECT, by = Peer.JDAX, rank = 1, beside = CACHED)
  public long direct(TierTarget.HitDirect target, TierWalk walk) throws IOException {
    return load(target.mapping, walk);
  }

  private long load(DaxMapping mapping, TierWalk walk) throws IOException {
    return order.equals("random") ? inAnyOrder(mapping, walk) : inARow(mapping, walk);
  }

  private static long inAnyOrder(DaxMapping mapping, TierWalk walk) throws IOException {
    long sum = 0;
    for (int i = 0; i < OPS; i++) {
      sum += mapping.getLong(walk.next());
    }
    return sum;
  }

  private static long inARow(DaxMapping mapping, TierWalk walk) throws IOException {
    long at = walk.nextRun(mapping.sizeBytes());
    long sum = 0;
    for (int i = 0; i < OPS; i++) {
      sum += mapping.getLong(at + i * 8L);
    }
    return sum;
  }
}
