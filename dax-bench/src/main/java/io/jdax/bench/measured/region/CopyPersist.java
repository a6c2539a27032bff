package io.jdax.bench.measured.region;

import io.jdax.bench.bed.Peers;
import io.jdax.bench.bed.Walk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A buffer copied from DRAM to a random place: the record, the page, the bulk load. */
@Shape(group = "copy", title = "Copy into the region", rank = 2)
@State(Scope.Benchmark)
public class CopyPersist {
  private static final int OPS = 64;
  private static final String JDAX = "jdax copyPersist";
  private static final String JDAX_NODRAIN = "jdax copyNoDrain";
  private static final String PMEM = "libpmem pmem_memcpy_persist";
  private static final String PMEM_NODRAIN = "libpmem pmem_memcpy_nodrain";
  private static final String C = "C memcpy+flush+fence";
  private static final String COPY = "MemorySegment copy, not durable";

  @Param({"64", "4096", "1048576"})
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {PMEM, C, "MemorySegment copy+force"})
  public void jdax(Target target, Walk walk) throws IOException {
    Persister persister = target.persister;
    MemorySegment src = walk.buffer;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      persister.copyPersist(walk.next(), src, 0, length);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(
      value = JDAX_NODRAIN,
      by = Peer.JDAX,
      rank = 1,
      beside = {PMEM_NODRAIN, COPY})
  public void jdaxNoDrain(Target target, Walk walk) throws IOException {
    Persister persister = target.persister;
    MemorySegment src = walk.buffer;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      persister.copyNoDrain(walk.next(), src, 0, length);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = C, by = Peer.C, beside = JDAX)
  public void c(Target target, Walk walk) {
    Peers.COPY_PERSIST.run(target.address, walk, bytes, OPS);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = PMEM, by = Peer.LIBPMEM, beside = JDAX)
  public void libpmem(Target target, Walk walk) {
    Peers.PMEM_MEMCPY_PERSIST.run(target.address, walk, bytes, OPS);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = PMEM_NODRAIN, by = Peer.LIBPMEM, rank = 1, beside = JDAX_NODRAIN)
  public void libpmemNoDrain(Target target, Walk walk) {
    Peers.PMEM_MEMCPY_NODRAIN.run(target.address, walk, bytes, OPS);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = COPY, by = Peer.JAVA, beside = JDAX)
  public void copy(Target target, Walk walk) {
    MemorySegment segment = target.segment;
    MemorySegment src = walk.buffer;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      MemorySegment.copy(src, 0, segment, walk.next(), length);
    }
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
  @Measures(value = "FileChannel write, not durable", by = Peer.CHANNEL, beside = JDAX)
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
