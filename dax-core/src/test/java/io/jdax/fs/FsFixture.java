package io.jdax.fs;

import io.jdax.block.PmemBlockDevice;
import io.jdax.persist.Persister;
import io.jdax.persist.RecordingPersister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A file system in anonymous memory, and its powers: remount, power loss. */
final class FsFixture implements AutoCloseable {
  private final List<Region> regions = new ArrayList<>();
  private final long sizeBytes;
  Persister persister;
  PmemBlockDevice device;
  DaxFileSystem fs;

  FsFixture(long sizeBytes) throws IOException {
    this(sizeBytes, false);
  }

  /**
   * @param recording remembers what is durable, for {@link #powerLoss}
   */
  FsFixture(long sizeBytes, boolean recording) throws IOException {
    this.sizeBytes = sizeBytes;
    Region region = Region.anonymous("fs-test", sizeBytes);
    regions.add(region);
    persister = recording ? RecordingPersister.alone(region) : Persister.of(region);
    device = PmemBlockDevice.of(region, persister, 4096);
    DaxFileSystem.format(device, "test");
    fs = DaxFileSystem.mount(device);
  }

  void remount() throws IOException {
    fs.close();
    fs = DaxFileSystem.mount(device);
  }

  /** A second mount of what would have survived had the power gone now; the first one goes on. */
  DaxFileSystem powerLoss() throws IOException {
    byte[] image = ((RecordingPersister) persister).image();
    Region region = Region.anonymous("fs-test-after", sizeBytes);
    regions.add(region);
    MemorySegment.copy(MemorySegment.ofArray(image), 0, region.segment(), 0, sizeBytes);
    return DaxFileSystem.mount(PmemBlockDevice.of(region, Persister.of(region), 4096));
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
