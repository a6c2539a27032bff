package io.jdax.bench.bed;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.TierMode;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A file system on the region, for the groups about files, and its large file; both stay from trial
 * to trial, since writing a gigabyte takes longer than a short trial.
 */
public final class FileBed implements AutoCloseable {
  public static final int PAGE = 4096;

  /** A gigabyte, if two files of that size fit. */
  private static final long LARGE = 1L << 30;

  public final Region region;
  final PmemBlockDevice device;
  public final DaxFileSystem fileSystem;

  final Medium medium;

  private final Map<TierMode, TierFile> tierFiles = new EnumMap<>(TierMode.class);
  private final AtomicInteger names = new AtomicInteger();
  private @Nullable LargeFile large;

  private FileBed(Medium medium, Region region, PmemBlockDevice device, DaxFileSystem fileSystem) {
    this.medium = medium;
    this.region = region;
    this.device = device;
    this.fileSystem = fileSystem;
  }

  static FileBed format(TestBed bed, Medium medium) throws IOException {
    Persister persister = medium.persister(bed.persister);
    PmemBlockDevice device = PmemBlockDevice.of(bed.region, persister, medium.blockSize);
    DaxFileSystem.format(device, "bench", medium.blockSize);
    return new FileBed(medium, bed.region, device, DaxFileSystem.mount(device, medium.options()));
  }

  /** The large file, laid out in this way; the one laid out in the other way is gone. */
  public synchronized LargeFile large(Layout layout) throws IOException {
    if (large == null || large.layout != layout) {
      closeLarge();
      long room = region.sizeBytes() / 100 * 45; // twice, and metadata
      large = LargeFile.write(this, layout, Math.min(LARGE, Long.highestOneBit(room)));
    }
    return large;
  }

  /** The working set of this kind; others stay. */
  synchronized TierFile tierFile(TierMode mode) throws IOException {
    TierFile file = tierFiles.get(mode);
    if (file == null) {
      file = TierFile.write(this, mode);
      tierFiles.put(mode, file);
    }
    return file;
  }

  /** A path that nothing has yet. */
  String newPath() {
    return "/bench-" + names.incrementAndGet();
  }

  private void closeLarge() throws IOException {
    LargeFile file = large;
    large = null;
    if (file != null) {
      file.close();
    }
  }

  @Override
  public void close() throws IOException {
    closeLarge();
    for (TierFile file : tierFiles.values()) {
      file.close();
    }
    fileSystem.close();
  }
}
