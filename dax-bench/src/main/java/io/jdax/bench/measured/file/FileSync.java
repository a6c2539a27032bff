package io.jdax.bench.measured.file;

import io.jdax.bench.bed.FileTarget;
import io.jdax.bench.bed.FileWalk;
import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** 8 bytes stored to a page and the file synced, before the next page. */
@Shape(
    group = "file",
    title = "Store 8 bytes and fsync",
    rank = 42,
    regionBytes = 64 << 20,
    warmups = 3)
@State(Scope.Benchmark)
public class FileSync {
  private static final String JDAX = "jdax putLong+fsync";
  private static final String COMMIT = "jdax putLong to a hole+fsync";
  private static final String PAGES = "jdax putLong, its page persisted, no fsync";
  private static final int OPS = 64;

  @Param("8")
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(SyncedFile.OPS)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      rank = 0,
      beside = {PAGES, "FileChannel write+force"})
  public void dirty(SyncedFile file) throws IOException {
    file.storeAndSync();
  }

  @Benchmark
  @OperationsPerInvocation(SyncedFile.OPS)
  @Measures(value = COMMIT, by = Peer.JDAX, rank = 1, beside = JDAX)
  public void commit(SyncedFile.Sparse file) throws IOException {
    file.storeAndSync();
  }

  /** What an fsync can't do without. */
  @Benchmark
  @OperationsPerInvocation(SyncedFile.OPS)
  @Measures(value = PAGES, by = Peer.JDAX, rank = 2, beside = JDAX)
  public void pages(SyncedFile file) throws IOException {
    file.storeAndPersistPages();
  }

  @Benchmark
  @OperationsPerInvocation(OPS)
  @Measures(value = "FileChannel write+force", by = Peer.CHANNEL, beside = JDAX)
  public void channel(FileTarget target, FileWalk walk) throws IOException {
    FileChannel channel = target.channel();
    ByteBuffer src = walk.byteBuffer;
    long base = target.bareOffset;
    for (int i = 0; i < OPS; i++) {
      channel.write(src.clear(), base + walk.next());
      channel.force(false);
    }
  }
}
