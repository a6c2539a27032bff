package io.jdax.fs.volume;

import io.jdax.block.BlockDevice;
import io.jdax.block.SectorPersister;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Blocks that are reached by reading and writing sectors only. */
final class SectorBlocks implements Blocks {
  private final BlockDevice device;
  private final SectorPersister persister;
  private final int sector;

  /** The persister of the same device: of one device there is one flush, which fails for all. */
  SectorBlocks(BlockDevice device, SectorPersister persister) {
    this.device = device;
    this.persister = persister;
    this.sector = device.sectorSize();
  }

  @Override
  public void read(long from, MemorySegment dst, long at, long length) throws IOException {
    if (from % sector == 0 && length % sector == 0) {
      device.read(from / sector, dst.asSlice(at, length));
      return;
    }
    // Whole sectors in the middle go straight; at the ends there is more than was asked for.
    long end = from + length;
    for (long p = from; p < end; ) {
      long whole = p % sector == 0 ? (end - p) / sector * sector : 0;
      long n = whole > 0 ? whole : Math.min(end, (p / sector + 1) * sector) - p;
      if (whole > 0) {
        device.read(p / sector, dst.asSlice(at + p - from, whole));
      } else {
        try (Arena arena = Arena.ofConfined()) {
          MemorySegment one = arena.allocate(sector, 64);
          device.read(p / sector, one);
          MemorySegment.copy(one, p % sector, dst, at + p - from, n);
        }
      }
      p += n;
    }
  }

  @Override
  public void write(long to, MemorySegment src, long from, long length) throws IOException {
    persister.writeThrough(to / sector, src.asSlice(from, length));
  }

  @Override
  public void zero(long from, long to) throws IOException {
    long first = from / sector;
    long end = (to + sector - 1) / sector;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment sectors = arena.allocate((end - first) * sector, 64);
      device.read(first, sectors);
      sectors.asSlice(from - first * sector, to - from).fill((byte) 0);
      persister.writeThrough(first, sectors);
    }
    persister.drain();
  }

  @Override
  public void drain() throws IOException {
    persister.drain();
  }
}
