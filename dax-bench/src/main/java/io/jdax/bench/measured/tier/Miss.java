package io.jdax.bench.measured.tier;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.TestBed;
import io.jdax.bench.bed.TierFile;
import io.jdax.bench.bed.TierWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The first load from a page that has to be brought in, beside its bytes copied and no more. */
@Shape(
    group = "cache",
    title = "Bring a page in",
    rank = 54,
    regionBytes = TierFile.REGION_BYTES,
    warmups = 6)
@State(Scope.Benchmark)
public class Miss {
  private static final int OPS = MissedPages.PAGES;
  private static final String JDAX = "jdax getLong, not in DRAM";
  private static final String COPY = "MemorySegment copy, same pages";

  @Param("4096")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = JDAX, by = Peer.JDAX, beside = COPY)
  public long jdax(MissedPages pages) throws IOException {
    return pages.load();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = COPY, by = Peer.JAVA, beside = JDAX)
  public void copy(MissedPages pages, TierWalk walk) {
    MemorySegment dst = walk.buffer;
    int length = bytes;
    for (long at = 0; at < MissedPages.BYTES; at += FileBed.PAGE) {
      MemorySegment.copy(pages.bare, at, dst, 0, length);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel read, same pages", by = Peer.CHANNEL, beside = JDAX)
  public void channel(MissedPages pages, TierWalk walk) throws IOException {
    FileChannel channel = TestBed.get().channel();
    ByteBuffer dst = walk.byteBuffer;
    for (long at = 0; at < MissedPages.BYTES; at += FileBed.PAGE) {
      channel.read(dst.clear(), pages.bareOffset + at);
    }
  }
}
