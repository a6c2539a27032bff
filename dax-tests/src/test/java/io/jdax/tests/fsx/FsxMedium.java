package io.jdax.tests.fsx;

import io.jdax.block.BlockDevice;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.persist.Persister;
import io.jdax.persist.SlowPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A formatted device of some kind, mounted. A file behind it is removed at the end. */
final class FsxMedium implements AutoCloseable {
  /** Where the bytes lie. */
  enum Kind {
    MEMFD,
    SHM,
    FILE,
    /** A device without direct access, over a memfd. */
    SECTORS
  }

  /** Far more than memory takes: they say that they are slow, and nobody has to wait. */
  private static final long SLOW_BYTES_PER_SECOND = 1L << 40;

  private final @Nullable Path path;
  private final MountOptions options;
  private Region region;
  private final boolean sectors;
  private final boolean slow;
  private BlockDevice device;
  private DaxFileSystem fs;

  FsxMedium(FsxVariant variant) throws IOException {
    Kind kind = variant.setup.medium;
    long bytes = variant.setup.deviceBytes;
    options =
        variant.setup.frames == 0
            ? MountOptions.DEFAULTS
            : MountOptions.DEFAULTS
                .withTier(variant.setup.tier)
                .withCacheBytes(variant.setup.frames * 4096L)
                .withWritebackAge(Duration.ofMillis(20));
    slow = variant.setup.slow;
    sectors = kind == Kind.SECTORS;
    if (kind == Kind.MEMFD || sectors) {
      path = null;
      region = Region.anonymous("fsx", bytes);
    } else {
      Path folder =
          kind == Kind.SHM ? Path.of("/dev/shm") : Path.of(System.getProperty("java.io.tmpdir"));
      path = Files.createTempFile(folder, "jdax-fsx-", ".region");
      Files.delete(path);
      region = Region.at(path).size(bytes).create();
    }
    device = device();
    DaxFileSystem.format(device, "fsx", variant.setup.blockBytes);
    fs = DaxFileSystem.mount(device, options);
  }

  private BlockDevice device() throws IOException {
    Persister persister = Persister.of(region);
    if (slow) {
      persister = SlowPersister.of(persister, SLOW_BYTES_PER_SECOND);
    }
    return sectors
        ? new SectorsOnly(PmemBlockDevice.of(region, persister, 512))
        : PmemBlockDevice.of(region, persister, 4096);
  }

  DaxFileSystem fs() {
    return fs;
  }

  /** Blocks that are neither free nor metadata. */
  long contentBlocks() {
    FileSystemStat stat = fs.statfs();
    return stat.totalBlocks() - stat.freeBlocks() - stat.metadataBlocks();
  }

  /** Unmounts and mounts; a region that has a path is opened anew. */
  void remount() throws IOException {
    fs.close();
    if (path != null) {
      device.close();
      region.close();
      region = Region.at(path).open();
      device = device();
    }
    fs = DaxFileSystem.mount(device, options);
  }

  @Override
  public void close() throws IOException {
    try {
      fs.close();
      device.close();
    } finally {
      region.close();
      if (path != null) {
        Files.deleteIfExists(path);
      }
    }
  }
}
