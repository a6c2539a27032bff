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

/**
 * Changes of names that survive power loss, on either side: those of a disk are followed by a sync
 * of their directory.
 */
@Shape(
    group = "names",
    title = "Names that are durable, beside a disk",
    rank = 52,
    regionBytes = 256 << 20,
    warmups = 4,
    lengthy = true,
    thorough = true)
@State(Scope.Benchmark)
public class DurableNames {
  private static final String JDAX = "jdax, beside a disk";
  private static final String DISK = "java.nio.file, disk, directory synced";

  @Param({"create", "rename", "unlink", "mkdir"})
  public String work;

  @Benchmark
  @OperationsPerInvocation(WorkingDirectory.NAMES)
  @Measures(
      value = JDAX,
      by = Peer.JDAX,
      beside = {DISK})
  public void jdax(WorkingDirectory.Jdax names) throws IOException {
    names.run();
  }

  @Benchmark
  @OperationsPerInvocation(WorkingDirectory.NAMES)
  @Measures(value = DISK, by = Peer.CHANNEL, beside = JDAX)
  public void disk(WorkingDirectory.Disk names) throws IOException {
    names.run();
  }
}
