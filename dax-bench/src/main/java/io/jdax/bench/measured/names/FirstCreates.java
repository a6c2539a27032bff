package io.jdax.bench.measured.names;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The first 5,000 files that a process makes; its start does not count. */
@Shape(group = "names", title = "The first creates of a process", rank = 54, lengthy = true)
@State(Scope.Benchmark)
public class FirstCreates {
  private static final String JDAX = "jdax, first creates";
  private static final String TMPFS = "java.nio.file, first creates, tmpfs";

  @Benchmark
  @OperationsPerInvocation(FirstCreator.FILES)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {TMPFS})
  public void jdax(FreshProcess.Jdax process) throws IOException {
    process.create();
  }

  @Benchmark
  @OperationsPerInvocation(FirstCreator.FILES)
  @Measures(value = TMPFS, by = Peer.CHANNEL, beside = JDAX)
  public void tmpfs(FreshProcess.Tmpfs process) throws IOException {
    process.create();
  }
}
