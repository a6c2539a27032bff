package io.jdax.bench.measured.subpage;

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
 * The first store to a page of 4 KiB, on a file system whose blocks are smaller beside one whose
 * blocks are as large. Where the page is written its blocks lie together, so that it is shown in
 * place; on a hole they are allocated so.
 */
@Shape(
    group = "subpage",
    title = "First store to a page, by size of blocks",
    rank = 60,
    regionBytes = TouchedPages.REGION_BYTES,
    warmups = 12)
@State(Scope.Benchmark)
public class SubpageFault {
  private static final int OPS = TouchedPages.PAGES;
  private static final String WRITTEN_SMALL = "jdax store, written page, blocks of 1 KiB";
  private static final String WRITTEN = "jdax store, written page, blocks of 4 KiB";
  private static final String HOLE_SMALL = "jdax store, hole, blocks of 1 KiB";
  private static final String HOLE = "jdax store, hole, blocks of 4 KiB";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = WRITTEN_SMALL, by = Peer.JDAX, rank = 0, beside = WRITTEN)
  public void writtenInSmallBlocks(TouchedPages.StoredInSmallBlocks pages) throws IOException {
    pages.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = WRITTEN, by = Peer.JDAX, rank = 1, beside = WRITTEN_SMALL)
  public void written(TouchedPages.Stored pages) throws IOException {
    pages.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = HOLE_SMALL, by = Peer.JDAX, rank = 2, beside = HOLE)
  public void holeOfSmallBlocks(TouchedPages.HolesOfSmallBlocks pages) throws IOException {
    pages.store();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = HOLE, by = Peer.JDAX, rank = 3, beside = HOLE_SMALL)
  public void hole(TouchedPages.Holes pages) throws IOException {
    pages.store();
  }
}
