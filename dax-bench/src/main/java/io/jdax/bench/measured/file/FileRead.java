package io.jdax.bench.measured.file;

import io.jdax.bench.bed.FileTarget;
import io.jdax.bench.bed.FileWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.fs.DaxFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A random page of a file read into DRAM. */
@Shape(
    group = "file",
    title = "Read a page of a file",
    rank = 41,
    regionBytes = 64 << 20,
    warmups = 2)
@State(Scope.Benchmark)
public class FileRead {
  private static final int OPS = 64;
  private static final String JDAX = "jdax file read";
  private static final String COPY = "MemorySegment copy, same memory";

  @Param("4096")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = JDAX, by = Peer.JDAX, beside = COPY)
  public void jdax(FileTarget target, FileWalk walk) throws IOException {
    DaxFile file = target.file;
    MemorySegment dst = walk.buffer;
    for (int i = 0; i < OPS; i++) {
      file.read(walk.next(), dst);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = COPY, by = Peer.JAVA, beside = JDAX)
  public void copy(FileTarget target, FileWalk walk) {
    MemorySegment bare = target.bare;
    MemorySegment dst = walk.buffer;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      MemorySegment.copy(bare, walk.next(), dst, 0, length);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel read", by = Peer.CHANNEL, beside = JDAX)
  public void channel(FileTarget target, FileWalk walk) throws IOException {
    FileChannel channel = target.channel();
    ByteBuffer dst = walk.byteBuffer;
    long base = target.bareOffset;
    for (int i = 0; i < OPS; i++) {
      channel.read(dst.clear(), base + walk.next());
    }
  }
}
