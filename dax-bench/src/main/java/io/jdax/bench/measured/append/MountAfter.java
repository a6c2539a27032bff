package io.jdax.bench.measured.append;

import io.jdax.bench.shape.Measures;
import io.jdax.bench.shape.Peer;
import io.jdax.bench.shape.Shape;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * A file system brought into use, of which the tree knows all or the log tells as much as it can.
 */
@Shape(group = "append", title = "Mount after a kill", rank = 46)
@State(Scope.Benchmark)
public class MountAfter {
  private static final String KILL = "jdax mount after a kill, the log full";
  private static final String CLOSE = "jdax mount after a close";

  @Benchmark
  @Measures(value = KILL, by = Peer.JDAX, rank = 0, beside = CLOSE)
  public void kill(KilledDevice.AfterKill device) throws IOException {
    device.mount();
  }

  @Benchmark
  @Measures(value = CLOSE, by = Peer.JDAX, rank = 1, beside = KILL)
  public void close(KilledDevice.AfterClose device) throws IOException {
    device.mount();
  }
}
