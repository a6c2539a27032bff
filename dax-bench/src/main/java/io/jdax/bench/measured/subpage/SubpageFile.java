package io.jdax.bench.measured.subpage;

import io.jdax.bench.bed.TierFile;
import io.jdax.bench.bed.TierTarget;
import io.jdax.bench.bed.TierWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.fs.DaxFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A random page of a file of 64 MiB overwritten, durably, and read, on blocks of both sizes. */
@Shape(
    group = "subpage",
    title = "Read and overwrite a page of a file, by size of blocks",
    rank = 61,
    regionBytes = TierFile.REGION_BYTES,
    warmups = 2)
@State(Scope.Benchmark)
public class SubpageFile {
  private static final int OPS = 64;
  private static final String WRITE_SMALL = "jdax file write, blocks of 1 KiB";
  private static final String WRITE = "jdax file write, blocks of 4 KiB";
  private static final String READ_SMALL = "jdax file read, blocks of 1 KiB";
  private static final String READ = "jdax file read, blocks of 4 KiB";

  @Param("4096")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = WRITE_SMALL, by = Peer.JDAX, rank = 0, beside = WRITE)
  public void writeSmallBlocks(TierTarget.SmallBlocks target, TierWalk walk) throws IOException {
    write(target.file, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = WRITE, by = Peer.JDAX, rank = 1, beside = WRITE_SMALL)
  public void write(TierTarget.LargeBlocks target, TierWalk walk) throws IOException {
    write(target.file, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = READ_SMALL, by = Peer.JDAX, rank = 2, beside = READ)
  public void readSmallBlocks(TierTarget.SmallBlocks target, TierWalk walk) throws IOException {
    read(target.file, walk);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = READ, by = Peer.JDAX, rank = 3, beside = READ_SMALL)
  public void read(TierTarget.LargeBlocks target, TierWalk walk) throws IOException {
    read(target.file, walk);
  }

  private static void write(DaxFile file, TierWalk walk) throws IOException {
    MemorySegment src = walk.buffer;
    for (int i = 0; i < OPS; i++) {
      file.write(walk.next(), src);
    }
  }

  private static void read(DaxFile file, TierWalk walk) throws IOException {
    MemorySegment dst = walk.buffer;
    for (int i = 0; i < OPS; i++) {
      file.read(walk.next(), dst);
    }
  }
}
