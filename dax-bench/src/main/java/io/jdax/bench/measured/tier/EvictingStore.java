package io.jdax.bench.measured.tier;

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

/**
 * 8 bytes stored to a random page of a working set of which a quarter fits into DRAM: three of four
 * stores bring a page in, and another one out, with its 4 KiB if it was stored to.
 */
@Shape(
    group = "cache",
    title = "Store to a mapped file four times as large as the DRAM",
    rank = 55,
    regionBytes = TierFile.REGION_BYTES,
    warmups = 12)
@State(Scope.Benchmark)
public class EvictingStore {
  private static final int OPS = 1024;
  private static final String CACHED = "jdax putLong, three of four bring a page in";
  private static final String DIRECT = "jdax putLong, direct";

  @Param("4096")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = CACHED, by = Peer.JDAX, rank = 0, beside = DIRECT)
  public void cached(TierTarget.Evicting target, TierWalk walk) throws IOException {
    store(target.mapping, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = DIRECT, by = Peer.JDAX, rank = 1, beside = CACHED)
  public void direct(TierTarget.EvictingDirect target, TierWalk walk) throws IOException {
    store(target.mapping, walk);
  }

  private static void store(DaxMapping mapping, TierWalk walk) throws IOException {
    for (int i = 0; i < OPS; i++) {
      mapping.putLong(walk.next(), i);
    }
  }
}
