package io.jdax.bench.measured.access;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jdax.bench.bed.FileTarget;
import io.jdax.bench.bed.FileWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.mm.DaxMapping;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** As {@link MappedStore}, a place after the other that has nothing to do with it. */
@Shape(
    group = "access",
    title = "Store to a mapped file, here and there",
    rank = 12,
    regionBytes = 64 << 20,
    warmups = 3)
@State(Scope.Benchmark)
public class RandomStore {
  private static final int OPS = FileWalk.RUN_BYTES / 8;
  private static final String JDAX = "jdax putLong";
  private static final String RAW = "MemorySegment set";

  @Param("8")
  public int bytes;

  @Param("2MiB")
  public String layout = "";

  @Param("random")
  public String order = "";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = JDAX, by = Peer.JDAX, beside = RAW)
  public void jdax(FileTarget target, FileWalk walk) throws IOException {
    DaxMapping mapping = target.mapping;
    for (int i = 0; i < OPS; i++) {
      mapping.putLong(walk.next(), i);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = RAW, by = Peer.JAVA, beside = JDAX)
  public void raw(FileTarget target, FileWalk walk) {
    MemorySegment bare = target.bare;
    for (int i = 0; i < OPS; i++) {
      bare.set(JAVA_LONG, walk.next(), i);
    }
  }
}
