package io.jdax.bench.measured.region;

import io.jdax.bench.bed.Peers;
import io.jdax.bench.bed.Walk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.block.PmemBlockDevice;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A random sector written, durable on return. */
@Shape(
    group = "block",
    title = "Block write",
    rank = 3,
    threads = {1, 2})
@State(Scope.Benchmark)
public class BlockWrite {
  private static final int OPS = 64;
  private static final String JDAX = "jdax block write";
  private static final String PMEM = "libpmem pmem_memcpy_persist";
  private static final String CHANNEL = "FileChannel write, not durable";

  @Param({"512", "4096"})
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {PMEM, CHANNEL, "MemorySegment copy+force"})
  public void jdax(DeviceTarget target, Walk walk) throws IOException {
    PmemBlockDevice device = target.device;
    MemorySegment src = walk.buffer;
    int shift = Integer.numberOfTrailingZeros(bytes);
    for (int i = 0; i < OPS; i++) {
      device.write(walk.next() >>> shift, src);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = PMEM, by = Peer.LIBPMEM, beside = JDAX)
  public void libpmem(Target target, Walk walk) {
    Peers.PMEM_MEMCPY_PERSIST.run(target.address, walk, bytes, OPS);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "MemorySegment copy+force", by = Peer.JAVA, beside = JDAX)
  public void force(MappedTarget target, Walk walk) {
    MemorySegment segment = target.mapped;
    MemorySegment src = walk.buffer;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      long at = walk.next();
      MemorySegment.copy(src, 0, segment, at, length);
      segment.asSlice(at, length).force();
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = CHANNEL, by = Peer.CHANNEL, beside = JDAX)
  public void channel(ChannelTarget target, Walk walk) throws IOException {
    FileChannel channel = target.channel;
    ByteBuffer src = walk.byteBuffer;
    for (int i = 0; i < OPS; i++) {
      channel.write(src.clear(), walk.next());
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel write+force", by = Peer.CHANNEL, beside = JDAX)
  public void channelForce(ChannelTarget target, Walk walk) throws IOException {
    FileChannel channel = target.channel;
    ByteBuffer src = walk.byteBuffer;
    for (int i = 0; i < OPS; i++) {
      channel.write(src.clear(), walk.next());
      channel.force(false);
    }
  }
}
