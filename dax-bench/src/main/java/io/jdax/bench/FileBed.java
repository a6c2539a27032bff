package io.jdax.bench;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.region.Region;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A file system on the region, for the groups about files, and its large file; both stay from trial
 * to trial, since writing a gigabyte takes longer than a short trial.
 */
final class FileBed implements AutoCloseable {
  static final int PAGE = 4096;

  /** A gigabyte, if two files of that size fit. */
  private static final long LARGE = 1L << 30;

  final Region region;
  final PmemBlockDevice device;
  final DaxFileSystem fileSystem;

  private final AtomicInteger names = new AtomicInteger();
  private @Nullable LargeFile large;

  private FileBed(Region region, PmemBlockDevice device, DaxFileSystem fileSystem) {
    this.region = region;
    this.device = device;
    this.fileSystem = fileSystem;
  }

  static FileBed format(TestBed bed) throws IOException {
    PmemBlockDevice device = PmemBlockDevice.of(bed.region, bed.persister, PAGE);
    DaxFileSystem.format(device, "bench");
    return new FileBed(bed.region, device, DaxFileSystem.mount(device));
  }

  /** The large file, laid out in this way; the one laid out in the other way is gone. */
  synchronized LargeFile large(Layout layout) throws IOException {
    if (large == null || large.layout != layout) {
      closeLarge();
      long room = region.sizeBytes() / 100 * 45; // twice, and metadata
      large = LargeFile.write(this, layout, Math.min(LARGE, Long.highestOneBit(room)));
    }
    return large;
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
    fileSystem.close();
  }
}
