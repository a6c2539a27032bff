package io.jdax.bench.measured.subpage;

import io.jdax.bench.bed.TouchedPages;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * 1 KiB written at the end of a file that has up to 3 KiB: a block each time, or one for all four.
 */
@Shape(
    group = "subpage",
    title = "Write at the end of small files, by size of blocks",
    rank = 62,
    regionBytes = TouchedPages.REGION_BYTES,
    warmups = 6)
@State(Scope.Benchmark)
public class SubpageAppend {
  private static final int OPS = SmallFiles.FILES * SmallFiles.WRITES;
  private static final String SMALL = "jdax write at the end, blocks of 1 KiB";
  private static final String LARGE = "jdax write at the end, blocks of 4 KiB";

  @Param("1024")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = SMALL, by = Peer.JDAX, rank = 0, beside = LARGE)
  public void smallBlocks(SmallFiles.SmallBlocks files) throws IOException {
    files.write();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = LARGE, by = Peer.JDAX, rank = 1, beside = SMALL)
  public void largeBlocks(SmallFiles.LargeBlocks files) throws IOException {
    files.write();
  }
}
