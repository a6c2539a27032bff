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

/** A random sector read into DRAM. */
@Shape(
    group = "block",
    title = "Block read",
    rank = 4,
    threads = {1, 2})
@State(Scope.Benchmark)
public class BlockRead {
  private static final int OPS = 64;
  private static final String JDAX = "jdax block read";
  private static final String COPY = "MemorySegment copy";

  @Param({"512", "4096"})
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = JDAX, by = Peer.JDAX, beside = COPY)
  public void jdax(DeviceTarget target, Walk walk) throws IOException {
    PmemBlockDevice device = target.device;
    MemorySegment dst = walk.buffer;
    int shift = Integer.numberOfTrailingZeros(bytes);
    for (int i = 0; i < OPS; i++) {
      device.read(walk.next() >>> shift, dst);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "C memcpy", by = Peer.C, beside = JDAX)
  public void c(Target target, Walk walk) {
    Peers.COPY_OUT.run(target.address, walk, bytes, OPS);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = COPY, by = Peer.JAVA, beside = JDAX)
  public void copy(Target target, Walk walk) {
    MemorySegment segment = target.segment;
    MemorySegment dst = walk.buffer;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      MemorySegment.copy(segment, walk.next(), dst, 0, length);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel read", by = Peer.CHANNEL, beside = JDAX)
  public void channel(ChannelTarget target, Walk walk) throws IOException {
    FileChannel channel = target.channel;
    ByteBuffer dst = walk.byteBuffer;
    for (int i = 0; i < OPS; i++) {
      channel.read(dst.clear(), walk.next());
    }
  }
}
