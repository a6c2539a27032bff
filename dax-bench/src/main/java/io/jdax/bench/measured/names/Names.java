package io.jdax.bench.measured.names;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Names of a directory that each thread has for itself. */
@Shape(
    group = "names",
    title = "Names",
    rank = 50,
    threads = {1, 2},
    regionBytes = 256 << 20,
    warmups = 8)
@State(Scope.Benchmark)
public class Names {
  private static final String JDAX = "jdax, durable";
  private static final String TMPFS = "java.nio.file, tmpfs";

  @Param({"create", "open", "stat", "exists", "rename", "unlink", "mkdir", "rmdir", "attribute"})
  public String work;

  @Benchmark
  @OperationsPerInvocation(WorkingDirectory.NAMES)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {TMPFS})
  public void jdax(WorkingDirectory.Jdax names) throws IOException {
    names.run();
  }

  @Benchmark
  @OperationsPerInvocation(WorkingDirectory.NAMES)
  @Measures(value = TMPFS, by = Peer.CHANNEL, beside = JDAX)
  public void tmpfs(WorkingDirectory.Tmpfs names) throws IOException {
    names.run();
  }
}
