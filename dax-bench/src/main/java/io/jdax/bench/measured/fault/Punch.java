package io.jdax.bench.measured.fault;

import io.jdax.bench.bed.TouchedPages;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A mapped page of 4 KiB made a hole; on a jdax file that is durable on return. */
@Shape(
    group = "invalidate",
    title = "Punch a hole of 4 KiB",
    rank = 31,
    regionBytes = 64 << 20,
    warmups = 5)
@State(Scope.Benchmark)
public class Punch {
  private static final String JDAX = "jdax punchHole";
  private static final String READERS = "jdax punchHole, reader running";
  private static final String KERNEL = "kernel punch, tmpfs page mapped";

  @Benchmark
  @OperationsPerInvocation(PunchedPages.PAGES)
  @Measures(value = JDAX, by = Peer.JDAX, rank = 0, beside = KERNEL)
  public void jdax(PunchedPages pages) throws IOException {
    pages.punch();
  }

  @Benchmark
  @OperationsPerInvocation(PunchedPages.PAGES)
  @Measures(value = READERS, by = Peer.JDAX, rank = 1, beside = JDAX)
  public void readers(PunchedPages.WithReader pages) throws IOException {
    pages.punch();
  }

  @Benchmark
  @OperationsPerInvocation(TouchedPages.PAGES)
  @Measures(value = KERNEL, by = Peer.KERNEL, beside = JDAX)
  public long kernel(KernelPages.Mapped pages) {
    return pages.memory.punch();
  }
}
