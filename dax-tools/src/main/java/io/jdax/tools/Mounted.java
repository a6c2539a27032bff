package io.jdax.tools;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.DaxFileSystem;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.nio.file.Path;

/** A file system and the region that it lies on, which are closed together. */
final class Mounted implements AutoCloseable {
  private static final int SECTOR_BYTES = 4096;

  private final PmemBlockDevice device;
  private final DaxFileSystem files;

  private Mounted(PmemBlockDevice device, DaxFileSystem files) {
    this.device = device;
    this.files = files;
  }

  /** Mounts under a shared lock, so that others may read at the same time. */
  static Mounted forReading(Path region) throws IOException {
    return mount(device(Region.at(region).readOnly(true).open()));
  }

  /** Mounts under an exclusive lock. */
  static Mounted forWriting(Path region) throws IOException {
    return mount(device(Region.at(region).open()));
  }

  private static Mounted mount(PmemBlockDevice device) throws IOException {
    try {
      return new Mounted(device, DaxFileSystem.mount(device));
    } catch (Throwable e) {
      device.close();
      throw e;
    }
  }

  /** The device over a region, which it owns from now on. */
  static PmemBlockDevice device(Region region) throws IOException {
    try {
      return PmemBlockDevice.of(region, Persister.of(region), SECTOR_BYTES);
    } catch (Throwable e) {
      region.close();
      throw e;
    }
  }

  DaxFileSystem files() {
    return files;
  }

  Region region() {
    return device.region();
  }

  @Override
  public void close() throws IOException {
    try (device) {
      files.close();
    }
  }
}
