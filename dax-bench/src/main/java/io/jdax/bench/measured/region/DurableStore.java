package io.jdax.bench.measured.region;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

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

/** A store of one line or less, durable before the next one: the commit word, the log head. */
@Shape(group = "flush", title = "Durable store", rank = 1)
@State(Scope.Benchmark)
public class DurableStore {
  private static final int OPS = 256;
  private static final String JDAX = "jdax store+persist";
  private static final String C = "C store+flush+fence";

  @Param({"8", "64"})
  public int bytes;

  @Param({"same", "sequential", "random"})
  public String order = "";

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {C, "MemorySegment store+force"})
  public void jdax(Target target, Walk walk) throws IOException {
    MemorySegment segment = target.segment;
    Persister persister = target.persister;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      long at = walk.next();
      store(segment, at, walk.state, length);
      persister.persist(at, length);
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = C, by = Peer.C, beside = JDAX)
  public void c(Target target, Walk walk) {
    Peers.STORE_PERSIST.run(target.address, walk, bytes, OPS);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "libpmem store+pmem_persist", by = Peer.LIBPMEM, beside = JDAX)
  public void libpmem(Target target, Walk walk) {
    Peers.PMEM_STORE_PERSIST.run(target.address, walk, bytes, OPS);
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "MemorySegment store+force", by = Peer.JAVA, beside = JDAX)
  public void force(MappedTarget target, Walk walk) {
    MemorySegment segment = target.mapped;
    int length = bytes;
    for (int i = 0; i < OPS; i++) {
      long at = walk.next();
      store(segment, at, walk.state, length);
      segment.asSlice(at, length).force();
    }
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel write+force", by = Peer.CHANNEL, beside = JDAX)
  public void channel(ChannelTarget target, Walk walk) throws IOException {
    FileChannel channel = target.channel;
    ByteBuffer src = walk.byteBuffer;
    for (int i = 0; i < OPS; i++) {
      channel.write(src.clear(), walk.next());
      channel.force(false);
    }
  }

  /** The loop of {@code peers.c}, word by word. */
  static void store(MemorySegment segment, long at, long value, int bytes) {
    for (int word = 0; word < bytes; word += 8) {
      segment.set(JAVA_LONG, at + word, value);
    }
  }
}
