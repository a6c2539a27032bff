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

/** Names of one directory, by two threads. */
@Shape(
    group = "names",
    title = "Names of one directory",
    rank = 51,
    threads = 2,
    regionBytes = 256 << 20,
    warmups = 8,
    thorough = true)
@State(Scope.Benchmark)
public class NamesOfOne {
  private static final String JDAX = "jdax, one directory, durable";
  private static final String TMPFS = "java.nio.file, one directory, tmpfs";

  @Param({"create", "stat", "rename", "unlink"})
  public String work;

  @Param("one")
  public String directory;

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
