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

/**
 * The first store to a page of 4 KiB. On a hole both sides allocate and zero; on an unwritten page
 * jdax only zeroes, which is measured by itself too; what is written has its bytes already.
 */
@Shape(
    group = "fault",
    title = "First store to a page",
    rank = 21,
    threads = {1, 2},
    regionBytes = TouchedPages.REGION_BYTES,
    warmups = 12)
@State(Scope.Benchmark)
public class StoreFault {
  private static final int OPS = TouchedPages.PAGES;
  private static final String HOLE = "jdax store, hole";
  private static final String UNWRITTEN = "jdax store, unwritten page";
  private static final String WRITTEN = "jdax store, written page";
  private static final String RUN = "jdax store, written pages in one run";
  private static final String ZEROING = "jdax zeroing of a page, no fault";
  private static final String TMPFS_HOLE = "kernel store, tmpfs hole";
  private static final String TMPFS_PRESENT = "kernel store, tmpfs page present";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = HOLE, by = Peer.JDAX, rank = 0, beside = TMPFS_HOLE)
  public void hole(TouchedPages.Holes pages) throws IOException {
    pages.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = UNWRITTEN, by = Peer.JDAX, rank = 1, beside = TMPFS_PRESENT)
  public void unwritten(TouchedPages.Unwritten pages) throws IOException {
    pages.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = WRITTEN, by = Peer.JDAX, rank = 2, beside = TMPFS_PRESENT)
  public void written(TouchedPages.Written pages) throws IOException {
    pages.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = RUN, by = Peer.JDAX, rank = 3, beside = TMPFS_PRESENT)
  public void run(TouchedPages.InOneRun pages) throws IOException {
    pages.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = ZEROING, by = Peer.JDAX, rank = 4, beside = UNWRITTEN)
  public void zeroing(TouchedPages.InOneRun pages) throws IOException {
    pages.zero();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = TMPFS_HOLE, by = Peer.KERNEL, rank = 0, beside = HOLE)
  public long tmpfsHole(KernelPages.Holes pages) {
    return pages.memory.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = TMPFS_PRESENT, by = Peer.KERNEL, rank = 1, beside = WRITTEN)
  public long tmpfsPresent(KernelPages.Present pages) {
    return pages.memory.store();
  }
}
