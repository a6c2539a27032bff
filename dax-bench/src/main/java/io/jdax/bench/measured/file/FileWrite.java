package io.jdax.bench.measured.file;

import io.jdax.bench.bed.FileBed;
import io.jdax.bench.bed.FileTarget;
import io.jdax.bench.bed.FileWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.block.PmemBlockDevice;
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

/** A random page of a file overwritten. By jdax that is durable on return. */
@Shape(
    group = "file",
    title = "Overwrite a page of a file",
    rank = 40,
    regionBytes = 64 << 20,
    warmups = 2)
@State(Scope.Benchmark)
public class FileWrite {
  private static final int OPS = 64;
  private static final String JDAX = "jdax file write";
  private static final String BLOCK = "jdax block write, same blocks";

  @Param("4096")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      rank = 0,
      beside = {BLOCK})
  public void jdax(FileTarget target, FileWalk walk) throws IOException {
    DaxFile file = target.file;
    MemorySegment src = walk.buffer;
    for (int i = 0; i < OPS; i++) {
      file.write(walk.next(), src);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = BLOCK, by = Peer.JDAX, rank = 1, beside = JDAX)
  public void block(FileTarget target, FileWalk walk) throws IOException {
    PmemBlockDevice device = target.device;
    MemorySegment src = walk.buffer;
    long base = target.bareOffset;
    for (int i = 0; i < OPS; i++) {
      device.write((base + walk.next()) / FileBed.PAGE, src);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel write, not durable", by = Peer.CHANNEL, beside = JDAX)
  public void channel(FileTarget target, FileWalk walk) throws IOException {
    FileChannel channel = target.channel();
    ByteBuffer src = walk.byteBuffer;
    long base = target.bareOffset;
    for (int i = 0; i < OPS; i++) {
      channel.write(src.clear(), base + walk.next());
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel write+force", by = Peer.CHANNEL, beside = JDAX)
  public void channelForce(FileTarget target, FileWalk walk) throws IOException {
    FileChannel channel = target.channel();
    ByteBuffer src = walk.byteBuffer;
    long base = target.bareOffset;
    for (int i = 0; i < OPS; i++) {
      channel.write(src.clear(), base + walk.next());
      channel.force(false);
    }
  }
}
