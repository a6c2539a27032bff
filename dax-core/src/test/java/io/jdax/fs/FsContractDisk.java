package io.jdax.fs;

import io.jdax.block.PmemBlockDevice;
import io.jdax.fs.facts.FileSystemStat;
import io.jdax.fs.facts.MountOptions;
import io.jdax.fs.facts.OpenMode;
import io.jdax.mm.engine.ContractDisk;
import io.jdax.mm.engine.ContractFile;
import io.jdax.mm.engine.FrameSpace;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;

/** A formatted region for the rules of mapped files. */
final class FsContractDisk implements ContractDisk {
  private final Region region;
  private final PmemBlockDevice device;
  private final DaxFileSystem fs;

  FsContractDisk(Region region, Persister persister) throws IOException {
    this(region, persister, MountOptions.DEFAULTS);
  }

  FsContractDisk(Region region, Persister persister, MountOptions options) throws IOException {
    this.region = region;
    this.device = PmemBlockDevice.of(region, persister, 4096);
    DaxFileSystem.format(device, "contract");
    this.fs = DaxFileSystem.mount(device, options);
  }

  DaxFileSystem fs() {
    return fs;
  }

  @Override
  public ContractFile create(String name) throws IOException {
    return new FsContractFile(fs.open(name, OpenMode.READ, OpenMode.WRITE, OpenMode.CREATE_NEW));
  }

  @Override
  public FrameSpace frames() {
    return fs.volume.frames;
  }

  /** Metadata blocks count as free: what an operation takes for content is what matters. */
  @Override
  public long freeBlocks() {
    FileSystemStat stat = fs.statfs();
    return stat.freeBlocks() + stat.metadataBlocks();
  }

  @Override
  public long commits() {
    throw new UnsupportedOperationException("what is durable is looked at instead");
  }

  @Override
  public void close() throws IOException {
    fs.close();
    device.close();
    region.close();
  }
}
