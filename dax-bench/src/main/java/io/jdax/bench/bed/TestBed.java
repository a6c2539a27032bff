package io.jdax.bench.bed;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The region that this JVM measures on, named by the system property {@code jdax.bench.region};
 * opened on first use and kept, because trials come and go and populating a mapping takes longer
 * than a short trial.
 */
public final class TestBed {
  public static final String PROPERTY = "jdax.bench.region";

  private static @Nullable TestBed current;

  public final Region region;
  public final Persister persister;
  private @Nullable FileBed files;
  private @Nullable FileChannel channel;
  private @Nullable MemorySegment mapped;

  private TestBed(Path path) throws IOException {
    region = Region.at(path).populate(true).open();
    try {
      persister = Persister.of(region);
    } catch (Throwable t) {
      region.close();
      throw t;
    }
  }

  public static synchronized TestBed get() {
    if (current == null) {
      String path = System.getProperty(PROPERTY);
      if (path == null) {
        throw new IllegalStateException("the system property " + PROPERTY + " names no region");
      }
      try {
        current = new TestBed(Path.of(path));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return current;
  }

  /** As {@link #get}, for whoever overwrites the region: no file system survives it. */
  public static synchronized TestBed bare() {
    TestBed bed = get();
    try {
      bed.closeFiles();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bed;
  }

  /** A file system on the region, as it was left by the last who asked for it. */
  public static FileBed files() throws IOException {
    return files(Medium.PLAIN);
  }

  /** As {@link #files()}, on another medium; one on yet another is gone then. */
  public static synchronized FileBed files(Medium medium) throws IOException {
    TestBed bed = get();
    if (bed.files == null || bed.files.medium != medium) {
      bed.closeFiles();
      bed.files = FileBed.format(bed, medium);
    }
    return bed.files;
  }

  /** Closes what {@link #get} opened, if it did. */
  public static synchronized void release() throws IOException {
    TestBed bed = current;
    current = null;
    if (bed != null) {
      bed.close();
    }
  }

  long sizeBytes() {
    return region.sizeBytes();
  }

  /** The same file, as an application without jdax would open it. */
  public synchronized FileChannel channel() throws IOException {
    if (channel == null) {
      channel = FileChannel.open(region.path(), StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return channel;
  }

  /** The same file, mapped by the JDK, every page present: only such a segment can be forced. */
  public synchronized MemorySegment mapped() throws IOException {
    if (mapped == null) {
      mapped = channel().map(FileChannel.MapMode.READ_WRITE, 0, region.sizeBytes(), Arena.ofAuto());
      mapped.load();
    }
    return mapped;
  }

  private void closeFiles() throws IOException {
    FileBed bed = files;
    files = null;
    if (bed != null) {
      bed.close();
    }
  }

  private void close() throws IOException {
    try {
      closeFiles();
      if (channel != null) {
        channel.close();
      }
    } finally {
      region.close();
    }
  }
}
