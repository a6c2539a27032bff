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

/** 8 bytes stored through a mapping all of whose pages are present; not durable. */
@Shape(
    group = "access",
    title = "Store to a mapped file",
    rank = 11,
    regionBytes = 64 << 20,
    warmups = 3)
@State(Scope.Benchmark)
public class MappedStore {
  private static final int OPS = FileWalk.RUN_BYTES / 8;
  private static final String JDAX = "jdax putLong";
  private static final String RAW = "MemorySegment set";
  private static final String BY_TABLE =
      "C store, each page found by a table and marked, unchecked";
  private static final String BY_PAGE = "MemorySegment set, the file's pages in its order";

  @Param("8")
  public int bytes;

  @Param({"2MiB", "4KiB"})
  public String layout = "";

  @Param("sequential")
  public String order = "";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = JDAX, by = Peer.JDAX, beside = RAW)
  public void jdax(FileTarget target, FileWalk walk) throws IOException {
    DaxMapping mapping = target.mapping;
    long at = walk.nextRun(mapping.sizeBytes());
    for (int i = 0; i < OPS; i++) {
      mapping.putLong(at + i * 8L, i);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = RAW, by = Peer.JAVA, beside = JDAX)
  public void raw(FileTarget target, FileWalk walk) {
    MemorySegment bare = target.bare;
    long at = walk.nextRun(bare.byteSize());
    for (int i = 0; i < OPS; i++) {
      bare.set(JAVA_LONG, at + i * 8L, i);
    }
  }

  /** What the processor takes to find a page per access, and to remember that it was stored to. */
  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = BY_TABLE, by = Peer.C, beside = RAW)
  public void byTable(FileTarget target, BareTable table, FileWalk walk) {
    table.store(walk.nextRun(target.mapping.sizeBytes()), OPS);
  }

  /** What it takes for pages that lie apart, if nobody has to find out where. */
  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = BY_PAGE, by = Peer.JAVA, rank = 1, beside = RAW)
  public void byPage(FileTarget target, FileWalk walk) {
    MemorySegment region = target.region;
    long at = walk.nextRun(target.mapping.sizeBytes());
    for (long page = at >>> 12; page < at + FileWalk.RUN_BYTES >>> 12; page++) {
      long from = target.pages[(int) page];
      for (int i = 0; i < 4096; i += 8) {
        region.set(JAVA_LONG, from + i, i);
      }
    }
  }
}
