package io.jdax.bench.measured.file;

import io.jdax.bench.bed.FileBed;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFile;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.OpenMode;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A device with a file of many extents: a page, a hole, a page, and so on. The pages are unwritten,
 * so that a device of gigabytes takes the megabytes of its metadata; it is a file of its own in
 * shared memory, without a name from the start, and is kept for the trials that follow.
 */
@State(Scope.Benchmark)
@SuppressWarnings("NullAway.Init") // JMH calls open() before anything else
public class ManyExtents {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private static int madeFor;
  private static @Nullable Region made;

  @Param({"100000", "1000000"})
  public int extents;

  private PmemBlockDevice device;
  private @Nullable DaxFileSystem mounted;

  @Setup
  public void open() throws IOException {
    device = device(extents);
  }

  private static synchronized PmemBlockDevice device(int extents) throws IOException {
    if (made == null || madeFor != extents) {
      if (made != null) {
        made.close();
      }
      made = make(extents);
      madeFor = extents;
    }
    return on(made);
  }

  private static PmemBlockDevice on(Region region) throws IOException {
    return PmemBlockDevice.of(region, Persister.of(region), FileBed.PAGE);
  }

  private static Region make(int extents) throws IOException {
    Path path = SHARED_MEMORY.resolve("jdax-bench-mount-" + ProcessHandle.current().pid());
    long size = extents * (long) FileBed.PAGE / 2 * 3;
    Region region = Region.at(path).size(size).create();
    try {
      Files.delete(path);
      PmemBlockDevice device = on(region);
      DaxFileSystem.format(device, "bench");
      try (DaxFileSystem fs = DaxFileSystem.mount(device);
          DaxFile file = fs.open("/file", OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE)) {
        for (long i = 0; i < extents; i++) {
          file.allocate(2 * i * FileBed.PAGE, FileBed.PAGE, false);
        }
        int found = file.extents().size();
        if (found != extents) {
          throw new IOException(found + " extents where there should be " + extents);
        }
      }
      return region;
    } catch (Throwable t) {
      region.close();
      throw t;
    }
  }

  /** Mounts it. */
  void mount() throws IOException {
    mounted = DaxFileSystem.mount(device);
  }

  @TearDown(Level.Invocation)
  public void unmount() throws IOException {
    if (mounted != null) {
      mounted.close();
    }
  }
}
