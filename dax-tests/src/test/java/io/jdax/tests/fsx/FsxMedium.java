package io.jdax.tests.fsx;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.block.BlockDevice;
import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.fs.check.Defect;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.persist.Persister;
import io.jdax.persist.SlowPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
  private final Arena arena = Arena.ofShared();
  private final MemorySegment left;

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
    left = arena.allocate(bytes, FsxModel.PAGE);
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

  /**
   * Remembers what a kill of the process would leave now: memory as it is at one moment. Nobody
   * uses the file system, but its own threads may fold and write back. So memory is copied until
   * nothing has changed between the begin of a look at all of it and the end of the copy before:
   * then all that was copied was there at once. They have an end of what they do, and so has this.
   */
  void look() {
    MemorySegment memory = region.segment();
    do {
      MemorySegment.copy(memory, 0, left, 0, left.byteSize());
      VarHandle.fullFence();
    } while (memory.mismatch(left) >= 0);
  }

  /**
   * Unmounts and mounts; a region that has a path is opened anew.
   *
   * @param killed whether nothing but what {@link #look} has seen is left of the mount before
   */
  void remount(boolean killed) throws IOException {
    fs.close();
    if (path != null) {
      device.close();
      region.close();
      region = Region.at(path).open();
      device = device();
    }
    if (killed) {
      restore();
      assertEquals(List.of(), defects(), "what a check finds after a kill");
    }
    fs = DaxFileSystem.mount(device, options);
  }

  /** Stores to no page that is as it was, so that the region does not grow. */
  private void restore() {
    MemorySegment memory = region.segment();
    for (long at = 0; at < left.byteSize(); at += FsxModel.PAGE) {
      MemorySegment page = left.asSlice(at, FsxModel.PAGE);
      if (memory.asSlice(at, FsxModel.PAGE).mismatch(page) >= 0) {
        MemorySegment.copy(page, 0, memory, at, FsxModel.PAGE);
      }
    }
  }

  private List<Defect> defects() throws IOException {
    // not closed: that would close the region
    return FileSystemCheck.check(PmemBlockDevice.of(region, Persister.of(region), 4096)).defects();
  }

  @Override
  public void close() throws IOException {
    try {
      fs.close();
      device.close();
    } finally {
      arena.close();
      region.close();
      if (path != null) {
        Files.deleteIfExists(path);
      }
    }
  }
}
