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

/** 8 bytes stored through a mapping whose pages are dirty already; not durable. */
@Shape(
    group = "cache",
    title = "Store to a mapped file that is in DRAM",
    rank = 51,
    regionBytes = TierFile.REGION_BYTES,
    warmups = 3)
@State(Scope.Benchmark)
public class TierStore {
  private static final int OPS = FileWalk.RUN_BYTES / 8;
  private static final String CACHED = "jdax putLong, cached";
  private static final String DIRECT = "jdax putLong, direct";

  @Param("8")
  public int bytes;

  @Param({"sequential", "random"})
  public String order = "";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = CACHED, by = Peer.JDAX, rank = 0, beside = DIRECT)
  public void cached(TierTarget.Hit target, TierWalk walk) throws IOException {
    store(target.mapping, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = DIRECT, by = Peer.JDAX, rank = 1, beside = CACHED)
  public void direct(TierTarget.HitDirect target, TierWalk walk) throws IOException {
    store(target.mapping, walk);
  }

  private void store(DaxMapping mapping, TierWalk walk) throws IOException {
    if (order.equals("random")) {
      inAnyOrder(mapping, walk);
    } else {
      inARow(mapping, walk);
    }
  }

  private static void inAnyOrder(DaxMapping mapping, TierWalk walk) throws IOException {
    for (int i = 0; i < OPS; i++) {
      mapping.putLong(walk.next(), i);
    }
  }

  private static void inARow(DaxMapping mapping, TierWalk walk) throws IOException {
    long at = walk.nextRun(mapping.sizeBytes());
    for (int i = 0; i < OPS; i++) {
      mapping.putLong(at + i * 8L, i);
    }
  }
}
