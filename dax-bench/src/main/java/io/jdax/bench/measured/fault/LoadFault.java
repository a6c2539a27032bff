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

/** The first load from a page of 4 KiB that has no block. */
@Shape(
    group = "fault",
    title = "First load from a page",
    rank = 20,
    threads = {1, 2},
    regionBytes = TouchedPages.REGION_BYTES,
    warmups = 5)
@State(Scope.Benchmark)
public class LoadFault {
  private static final int OPS = TouchedPages.PAGES;
  private static final String JDAX = "jdax load, hole";
  private static final String ANONYMOUS = "kernel load, anonymous zero page";
  private static final String TMPFS = "kernel load, tmpfs hole";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {ANONYMOUS, TMPFS})
  public long jdax(TouchedPages.Holes pages) throws IOException {
    return pages.load();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = ANONYMOUS, by = Peer.KERNEL, beside = JDAX)
  public long anonymous(KernelPages.Anonymous pages) {
    return pages.memory.load();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = TMPFS, by = Peer.KERNEL, beside = JDAX)
  public long tmpfs(KernelPages.Holes pages) {
    return pages.memory.load();
  }
}
