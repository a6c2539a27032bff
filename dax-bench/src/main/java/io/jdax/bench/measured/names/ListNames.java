package io.jdax.bench.measured.names;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** A directory of 100,000 files is gone through, and each name asked for what is known of it. */
@Shape(
    group = "names",
    title = "A directory of 100,000 names",
    rank = 53,
    regionBytes = 1 << 30,
    warmups = 4)
@State(Scope.Benchmark)
public class ListNames {
  private static final String JDAX = "jdax, list and stat each";
  private static final String TMPFS = "java.nio.file, list and stat each, tmpfs";

  @Benchmark
  @OperationsPerInvocation(ListedDirectory.NAMES)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {TMPFS})
  public void jdax(ListedDirectory.Jdax names) throws IOException {
    names.list();
  }

  @Benchmark
  @OperationsPerInvocation(ListedDirectory.NAMES)
  @Measures(value = TMPFS, by = Peer.CHANNEL, beside = JDAX)
  public void tmpfs(ListedDirectory.Tmpfs names) throws IOException {
    names.list();
  }
}
