package io.jdax.block;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes memory durable on a device that has no direct access: the region is DRAM, as large as the
 * device, of which only what was fetched or stored takes room. For metadata, which is read in place
 * over and over, and written as a whole.
 *
 * <pre>
 *   fetch             sectors -> DRAM, a page of 4096 bytes at a time, once
 *   copy, fill        DRAM, then sectors; what does not fill a sector is completed from the device
 *   flush             DRAM -> sectors, of pages that were fetched or stored
 *   drain             the device's flush, unless nothing was written since the last one ({@link DeviceFlush})
 * </pre>
 *
 * <p>A flush of the device that failed is the last one: everything is refused from then on.
 */
public final class SectorPersister extends Persister {
  private static final int PAGE = 4096;

  private final BlockDevice device;
  private final int sector;
  private final MemorySegment memory;

  /**
   * Pages whose bytes are those of the device, or newer. Guarded by itself, which is also held
   * while a page gets its first bytes: a page that is being fetched isn't stored to, and one that
   * is replaced as a whole isn't fetched over it.
   */
  private final BitSet fetched = new BitSet();

  /**
   * Held while sectors are written from memory: of two writes of one sector the later takes all
   * that was stored before it, and so must arrive later.
   */
  private final ReentrantLock order = new ReentrantLock();

  private final DeviceFlush deviceFlush;

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
    this.deviceFlush = new DeviceFlush(device, region.writebacks());
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

  /** Stores to the memory of a range that is not empty. */
  private interface Stores {
    void run();
  }

  /**
   * Stores to a range, whose pages hold what the device holds by then, or are replaced as a whole.
   */
  private void store(long offset, long length, Stores stores) throws IOException {
    int first = Math.toIntExact(offset / PAGE);
    int end = Math.toIntExact((offset + length + PAGE - 1) / PAGE);
    synchronized (fetched) {
      if (fetched.nextClearBit(first) < end) {
        if (offset % PAGE != 0) {
          fetch(offset, 1);
        }
        if ((offset + length) % PAGE != 0) {
          fetch(offset + length - 1, 1);
        }
        stores.run();
        fetched.set(first, end);
        return;
      }
    }
    stores.run();
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    Objects.checkFromIndexSize(offset, length, memory.byteSize());
    region().ensureOpen();
    ensureNothingLost();
    if (length > 0) {
      long from = offset / sector * sector;
      long to = (offset + length + sector - 1) / sector * sector;
      order.lock();
      try {
        writeFetched(from, to);
      } finally {
        order.unlock();
      }
    }
  }

  /**
   * Writes what memory holds of the device. A page that was never fetched is still zeros here,
   * whatever the device holds, and has nothing to be made durable.
   */
  private void writeFetched(long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      long begin;
      long end;
      synchronized (fetched) {
        long first = fetched.nextSetBit(Math.toIntExact(at / PAGE));
        begin = first < 0 ? to : Math.max(at, first * PAGE);
        end = first < 0 ? to : Math.min(to, (long) fetched.nextClearBit((int) first) * PAGE);
      }
      if (begin < end) {
        device.write(begin / sector, memory.asSlice(begin, end - begin));
        deviceFlush.wrote();
      }
      at = end;
    }
  }

  /**
   * Writes whole sectors of the device that are not kept in memory here. Durable after a {@link
   * #drain} of the same thread.
   */
  public void writeThrough(long firstSector, MemorySegment src) throws IOException {
    region().ensureOpen();
    ensureNothingLost();
    device.write(firstSector, src);
    deviceFlush.wrote();
  }

  @Override
  public void drain() throws IOException {
    region().ensureOpen();
    deviceFlush.drain();
    ensureNothingLost();
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    Objects.checkFromIndexSize(dstOffset, length, memory.byteSize());
    if (length > 0) {
      store(dstOffset, length, () -> MemorySegment.copy(src, srcOffset, memory, dstOffset, length));
    }
    flush(dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    Objects.checkFromIndexSize(offset, length, memory.byteSize());
    if (length > 0) {
      store(offset, length, () -> memory.asSlice(offset, length).fill(value));
    }
    flush(offset, length);
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
