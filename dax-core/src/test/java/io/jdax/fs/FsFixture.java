package io.jdax.fs;

import static io.jdax.Sizes.PAGE;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.check.FileSystemCheck;
import io.jdax.fs.facts.MountOptions;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A file system in memory, and its powers: remount, check, power loss. */
public final class FsFixture implements AutoCloseable {
  private final List<Region> regions = new ArrayList<>();
  private final Persister persister;
  private MountOptions options;
  final PmemBlockDevice device;
  public DaxFileSystem fs;

  public FsFixture(long sizeBytes) throws IOException {
    this(sizeBytes, false);
  }

  /**
   * @param recording remembers what is durable, for {@link #powerLoss}
   */
  public FsFixture(long sizeBytes, boolean recording) throws IOException {
    this(Region.anonymous("fs-test", sizeBytes), recording);
  }

  private FsFixture(Region region, boolean recording) throws IOException {
    this(
        region,
        recording ? RecordingPersister.alone(region) : Persister.of(region),
        PAGE,
        MountOptions.DEFAULTS);
  }

  /** Formats and mounts with pages for blocks. */
  public FsFixture(Region region, Persister persister, MountOptions options) throws IOException {
    this(region, persister, PAGE, options);
  }

  /**
   * Formats and mounts.
   *
   * @param region is closed with the fixture; messages have its name
   * @param persister of the region
   * @param blockSize bytes that files are given storage by
   * @param options also for the mounts that follow
   */
  public FsFixture(Region region, Persister persister, int blockSize, MountOptions options)
      throws IOException {
    regions.add(region);
    this.persister = persister;
    this.options = options;
    device = PmemBlockDevice.of(region, persister, PAGE);
    DaxFileSystem.format(device, "test", blockSize);
    fs = DaxFileSystem.mount(device, options);
  }

  /** Closes what is mounted, if anything is, and mounts as before. */
  void remount() throws IOException {
    fs.close();
    fs = DaxFileSystem.mount(device, options);
  }

  /** Mounts in another way, from now on. */
  void remount(MountOptions other) throws IOException {
    options = other;
    remount();
  }

  /** Finds no defect between two mounts. */
  void assertSound() throws IOException {
    fs.close();
    assertEquals(List.of(), FileSystemCheck.check(device).defects());
    remount();
  }

  /** A second mount of what would have survived had the power gone now; the first one goes on. */
  DaxFileSystem powerLoss() throws IOException {
    byte[] image = ((RecordingPersister) persister).image();
    Region region = Region.anonymous("fs-test-after", image.length);
    regions.add(region);
    MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, image.length);
    return DaxFileSystem.mount(PmemBlockDevice.of(region, Persister.of(region), PAGE), options);
  }

  static MemorySegment bytes(int length, int value) {
    return MemorySegment.ofArray(new byte[length]).fill((byte) value);
  }

  @Override
  public void close() throws IOException {
    fs.close();
    for (Region region : regions) {
      region.close();
    }
  }
}
