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
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** 8 bytes loaded through a mapping all of whose pages are present. */
@Shape(
    group = "access",
    title = "Load from a mapped file",
    rank = 10,
    regionBytes = 64 << 20,
    warmups = 3)
@State(Scope.Benchmark)
public class MappedLoad {
  private static final int OPS = FileWalk.RUN_BYTES / 8;
  private static final String JDAX = "jdax getLong";
  private static final String RAW = "MemorySegment get";
  private static final String BY_TABLE = "C load, each page found by a table, unchecked";
  private static final String BY_PAGE = "MemorySegment get, the file's pages in its order";

  @Param("8")
  public int bytes;

  @Param({"2MiB", "4KiB"})
  public String layout = "";

  @Param({"sequential", "random"})
  public String order = "";

  private boolean random;

  @Setup
  public void choose() {
    random = order.equals("random");
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = JDAX, by = Peer.JDAX, beside = RAW)
  public long jdax(FileTarget target, FileWalk walk) throws IOException {
    DaxMapping mapping = target.mapping;
    long sum = 0;
    if (random) {
      for (int i = 0; i < OPS; i++) {
        sum += mapping.getLong(walk.next());
      }
    } else {
      long at = walk.nextRun(mapping.sizeBytes());
      for (int i = 0; i < OPS; i++) {
        sum += mapping.getLong(at + i * 8L);
      }
    }
    return sum;
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = RAW, by = Peer.JAVA, beside = JDAX)
  public long raw(FileTarget target, FileWalk walk) {
    MemorySegment bare = target.bare;
    long sum = 0;
    if (random) {
      for (int i = 0; i < OPS; i++) {
        sum += bare.get(JAVA_LONG, walk.next());
      }
    } else {
      long at = walk.nextRun(bare.byteSize());
      for (int i = 0; i < OPS; i++) {
        sum += bare.get(JAVA_LONG, at + i * 8L);
      }
    }
    return sum;
  }

  /** What the processor takes to find a page per access. */
  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = BY_TABLE, by = Peer.C, beside = RAW)
  public long byTable(FileTarget target, BareTable table, FileWalk walk) {
    return random
        ? table.load(walk, OPS)
        : table.load(walk.nextRun(target.mapping.sizeBytes()), OPS);
  }

  /** What it takes for pages that lie apart, if nobody has to find out where. */
  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = BY_PAGE, by = Peer.JAVA, rank = 1, beside = RAW)
  public long byPage(FileTarget target, FileWalk walk) {
    MemorySegment region = target.region;
    long sum = 0;
    if (random) {
      for (int i = 0; i < OPS; i++) {
        long to = walk.next();
        sum += region.get(JAVA_LONG, target.pages[(int) (to >>> 12)] + (to & 4095));
      }
      return sum;
    }
    long at = walk.nextRun(target.mapping.sizeBytes());
    for (long page = at >>> 12; page < at + FileWalk.RUN_BYTES >>> 12; page++) {
      long from = target.pages[(int) page];
      for (int i = 0; i < 4096; i += 8) {
        sum += region.get(JAVA_LONG, from + i);
      }
    }
    return sum;
  }
}
