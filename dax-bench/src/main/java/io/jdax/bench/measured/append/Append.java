package io.jdax.bench.measured.append;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A record appended to a file. Without DSYNC its bytes are durable, and it survives the process;
 * with it, or after an fsync, it survives power loss. With more threads each has a file of its own.
 */
@Shape(
    group = "append",
    title = "Append to a file",
    rank = 44,
    threads = {1, 2},
    regionBytes = 256 << 20,
    warmups = 4)
@State(Scope.Benchmark)
public class Append {
  private static final String SURVIVES = "jdax append, survives a kill";
  private static final String DSYNC = "jdax append DSYNC";
  private static final String FSYNC = "jdax append+fsync";
  private static final String COPY = "jdax copyPersist, no file";
  private static final String COPY_AND_LINE = "jdax copyPersist, then a line persisted, no file";
  private static final String STORE = "jdax store+persist, no file";
  private static final String CHANNEL = "FileChannel append, tmpfs";

  @Param({"64", "4096"})
  public int bytes;

  @Benchmark
  @OperationsPerInvocation(AppendedFile.OPS)
  @Measures(
      value = DSYNC,
      by = Peer.JDAX,
      rank = 0,
      beside = {COPY})
  public void durable(AppendedFile.Durable file) throws IOException {
    file.append();
  }

  @Benchmark
  @OperationsPerInvocation(AppendedFile.OPS)
  @Measures(
      value = FSYNC,
      by = Peer.JDAX,
      rank = 1,
      beside = {COPY})
  public void synced(AppendedFile file) throws IOException {
    file.appendAndSync();
  }

  @Benchmark
  @OperationsPerInvocation(AppendedFile.OPS)
  @Measures(
      value = SURVIVES,
      by = Peer.JDAX,
      rank = 2,
      beside = {COPY, CHANNEL})
  public void survives(AppendedFile file) throws IOException {
    file.append();
  }

  @Benchmark
  @OperationsPerInvocation(AppendedFile.OPS)
  @Measures(value = COPY, by = Peer.JDAX, rank = 3, beside = DSYNC)
  public void copy(AppendedFile.Bare memory) throws IOException {
    memory.copyPersist();
  }

  @Benchmark
  @OperationsPerInvocation(AppendedFile.OPS)
  @Measures(value = COPY_AND_LINE, by = Peer.JDAX, rank = 5, beside = DSYNC)
  public void copyAndLine(AppendedFile.Bare memory) throws IOException {
    memory.copyAndPersistLine();
  }

  @Benchmark
  @OperationsPerInvocation(AppendedFile.OPS)
  @Measures(value = STORE, by = Peer.JDAX, rank = 4, beside = DSYNC)
  public void store(AppendedFile.Bare memory) throws IOException {
    memory.storePersist();
  }

  @Benchmark
  @OperationsPerInvocation(AppendedFile.OPS)
  @Measures(value = CHANNEL, by = Peer.CHANNEL, beside = SURVIVES)
  public void channel(AppendedFile.Tmpfs file) throws IOException {
    file.append();
  }
}
