package io.jdax.block;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Objects;

/**
 * Makes memory durable on a device that has no direct access: the region is DRAM, as large as the
 * device, of which only what was fetched or stored takes room. For metadata, which is read in place
 * over and over, and written as a whole.
 *
 * <pre>
 *   fetch             sectors -> DRAM, a page of 4096 bytes at a time, once
 *   copy, fill        DRAM, then sectors; what does not fill a sector is completed from the device
 *   flush             DRAM -> sectors
 *   drain             the device's flush, unless nothing was written since the last one
 * </pre>
 */
public final class SectorPersister extends Persister {
  private static final int PAGE = 4096;

  private final BlockDevice device;
  private final int sector;
  private final MemorySegment memory;
  private final BitSet fetched = new BitSet(); // guarded by itself
  private volatile boolean written;

  /**
   * Nothing is fetched yet.
   *
   * @param region of DRAM and zeros, no larger than the device
   */
  public SectorPersister(Region region, BlockDevice device) {
    super(region);
    this.device = device;
    this.sector = device.sectorSize();
    this.memory = region.segment();
  }

  @Override
  public boolean readOnly() {
    return device.readOnly();
  }

  @Override
  public void fetch(long offset, long length) throws IOException {
    long end = (offset + length + PAGE - 1) / PAGE;
    for (long page = offset / PAGE; page < end; page++) {
      synchronized (fetched) {
        if (!fetched.get(Math.toIntExact(page))) {
          device.read(page * PAGE / sector, memory.asSlice(page * PAGE, PAGE));
          fetched.set((int) page);
        }
      }
    }
  }

  /** Brings in what a store to part of a page leaves as it is. */
  private void complete(long offset, long length) throws IOException {
    if (offset % PAGE != 0) {
      fetch(offset, 1);
    }
    if ((offset + length) % PAGE != 0) {
      fetch(offset + length - 1, 1);
    }
    synchronized (fetched) {
      fetched.set(
          Math.toIntExact(offset / PAGE), Math.toIntExact((offset + length + PAGE - 1) / PAGE));
    }
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    Objects.checkFromIndexSize(offset, length, memory.byteSize());
    if (length > 0) {
      long from = offset / sector * sector;
      long to = (offset + length + sector - 1) / sector * sector;
      device.write(from / sector, memory.asSlice(from, to - from));
      written = true;
    }
  }

  @Override
  public void drain() throws IOException {
    if (written) {
      written = false; // before: what is written meanwhile wants a flush of its own
      boolean done = false;
      try {
        device.flush();
        done = true;
      } finally {
        written |= !done;
      }
    }
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, length, memory.byteSize());
    if (length > 0) {
      complete(dstOffset, length);
      MemorySegment.copy(src, srcOffset, memory, dstOffset, length);
      flush(dstOffset, length);
    }
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    Objects.checkFromIndexSize(offset, length, memory.byteSize());
    if (length > 0) {
      complete(offset, length);
      memory.asSlice(offset, length).fill(value);
      flush(offset, length);
    }
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    persist(offset, length);
  }

  @Override
  public String describe() {
    return "sectors of " + sector + " bytes";
  }
}
