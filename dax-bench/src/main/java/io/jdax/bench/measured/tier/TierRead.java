package io.jdax.bench.measured.tier;

import io.jdax.bench.bed.TierFile;
import io.jdax.bench.bed.TierTarget;
import io.jdax.bench.bed.TierWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.fs.DaxFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A random page read from DRAM, and from where the file lies. */
@Shape(
    group = "cache",
    title = "Read a page of a file that is in DRAM",
    rank = 52,
    regionBytes = TierFile.REGION_BYTES,
    warmups = 2)
@State(Scope.Benchmark)
public class TierRead {
  private static final int OPS = 64;
  private static final String CACHED = "jdax file read, cached";
  private static final String DIRECT = "jdax file read, direct";

  @Param("4096")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = CACHED, by = Peer.JDAX, rank = 0, beside = DIRECT)
  public void cached(TierTarget.Hit target, TierWalk walk) throws IOException {
    read(target.file, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = DIRECT, by = Peer.JDAX, rank = 1, beside = CACHED)
  public void direct(TierTarget.HitDirect target, TierWalk walk) throws IOException {
    read(target.file, walk);
  }

  private static void read(DaxFile file, TierWalk walk) throws IOException {
    MemorySegment dst = walk.buffer;
    for (int i = 0; i < OPS; i++) {
      file.read(walk.next(), dst);
    }
  }
}
