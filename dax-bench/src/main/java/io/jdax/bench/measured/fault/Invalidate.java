package io.jdax.bench.measured.fault;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.engine.AddressSpace;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One page taken out of the mappings that show it, and brought back by a load. */
@Shape(
    group = "invalidate",
    title = "Take a page out of all mappings",
    rank = 30,
    regionBytes = MappedBy.REGION_BYTES,
    warmups = 2)
@State(Scope.Benchmark)
public class Invalidate {
  private static final int OPS = 256;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "jdax unmapMappingRange, load", by = Peer.JDAX)
  public long jdax(MappedBy file) throws IOException {
    AddressSpace space = file.space;
    DaxMapping mapping = file.shows;
    long page = file.page;
    long sum = 0;
    for (int i = 0; i < OPS; i++) {
      space.unmapMappingRange(page, 1);
      sum += mapping.getLong(0);
    }
    return sum;
  }
}
