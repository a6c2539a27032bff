package io.jdax.bench.measured.append;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A device as a process has left it: killed when the log was full, or after a close. What a mount
 * and its close change is put back before each invocation.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public abstract class KilledDevice {
  private static @Nullable FullLog made;

  private Region region;
  private MemorySegment image;
  private @Nullable DaxFileSystem mounted;

  private static synchronized FullLog log() throws IOException {
    if (made == null) {
      made = FullLog.make();
    }
    return made;
  }

  abstract MemorySegment image(FullLog log);

  @Setup
  public void open() throws IOException {
    FullLog log = log();
    region = log.region;
    image = image(log);
  }

  @Setup(Level.Invocation)
  public void putBack() {
    region.segment().copyFrom(image);
  }

  void mount() throws IOException {
    mounted =
        DaxFileSystem.mount(PmemBlockDevice.of(region, Persister.of(region), FullLog.PAGE_BYTES));
  }

  @TearDown(Level.Invocation)
  public void unmount() throws IOException {
    if (mounted != null) {
      mounted.close();
    }
  }

  /** Killed when nearly all frames of the log were taken. */
  @State(Scope.Benchmark)
  public static class AfterKill extends KilledDevice {
    @Override
    MemorySegment image(FullLog log) {
      return log.afterKill;
    }
  }

  /** The same files, after a close. */
  @State(Scope.Benchmark)
  public static class AfterClose extends KilledDevice {
    @Override
    MemorySegment image(FullLog log) {
      return log.afterClose;
    }
  }
}
