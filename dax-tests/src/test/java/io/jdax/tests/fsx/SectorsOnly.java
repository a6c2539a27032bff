package io.jdax.tests.fsx;

import io.jdax.block.BlockDevice;
import io.jdax.block.BlockStatistics;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** A device of which nothing can be had but sectors. */
final class SectorsOnly implements BlockDevice {
  private final BlockDevice device;

  SectorsOnly(BlockDevice device) {
    this.device = device;
  }

  @Override
  public String name() {
    return "sectors of " + device.name();
  }

  @Override
  public int sectorSize() {
    return device.sectorSize();
  }

  @Override
  public long sectorCount() {
    return device.sectorCount();
  }

  @Override
  public boolean readOnly() {
    return device.readOnly();
  }

  @Override
  public BlockStatistics statistics() {
    return device.statistics();
  }

  @Override
  public void read(long sector, MemorySegment dst) throws IOException {
    device.read(sector, dst);
  }

  @Override
  public void read(long sector, MemorySegment... dsts) throws IOException {
    device.read(sector, dsts);
  }

  @Override
  public void write(long sector, MemorySegment src) throws IOException {
    device.write(sector, src);
  }

  @Override
  public void write(long sector, MemorySegment... srcs) throws IOException {
    device.write(sector, srcs);
  }

  @Override
  public void flush() throws IOException {
    device.flush();
  }

  @Override
  public void discard(long sector, long sectorCount) throws IOException {
    device.discard(sector, sectorCount);
  }

  @Override
  public void writeZeroes(long sector, long sectorCount) throws IOException {
    device.writeZeroes(sector, sectorCount);
  }

  @Override
  public void close() throws IOException {
    device.close();
  }
}
