package io.jdax.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.os.Pages;
import io.jdax.os.WordStores;
import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.BitSet;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes memory durable on a device that has no direct access. The region is DRAM, as large as the
 * device, of which only what was fetched or stored takes room. For metadata, which is read in place
 * over and over, and written as a whole.
 *
 * <pre>
 *   fetch             sectors -> DRAM, a page of 4096 bytes at a time, once
 *   copy, fill        DRAM, then sectors; what does not fill a page is completed from the device
 *   flush             DRAM -> sectors, of pages that were fetched or stored
 *   drain             the device's flush, unless nothing was written since the last one
 *                     ({@link DeviceFlush})
 * </pre>
 *
 * <p>A flush of the device that failed is the last one. Everything is refused from then on.
 */
public final class SectorPersister extends Persister {
  private final BlockDevice device;
  private final int sectorBytes;
  private final MemorySegment memory;

  /**
   * Pages whose bytes are those of the device, or newer. Its monitor is also held while a page gets
   * its first bytes, so that a page that is being fetched isn't stored to, and one that is being
   * replaced as a whole isn't fetched over that.
   */
  @GuardedBy("fetched")
  private final BitSet fetched = new BitSet();

  /**
   * Held while sectors are written from memory. Of two writes of one sector the later one takes all
   * that was stored before it, and so must arrive later.
   */
  private final ReentrantLock order = new ReentrantLock();

  private final DeviceFlush deviceFlush;

  /**
   * Fetches nothing yet.
   *
   * @param region DRAM that holds zeros, no larger than the device
   * @param device what keeps the bytes; this persister does not close it
   */
  public SectorPersister(Region region, BlockDevice device) {
    super(region);
    this.device = device;
    this.sectorBytes = device.sectorSize();
    this.memory = region.segment();
    this.deviceFlush = new DeviceFlush(device, region.writebacks());
  }

  @Override
  public boolean readOnly() {
    return device.readOnly();
  }

  @Override
  public void fetch(long offset, long length) throws IOException {
    long end = Pages.in(offset + length);
    for (long page = Pages.of(offset); page < end; page++) {
      synchronized (fetched) {
        if (!fetched.get(Math.toIntExact(page))) {
          long begin = Pages.bytes(page);
          device.read(begin / sectorBytes, memory.asSlice(begin, Pages.BYTES));
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
   * Stores to a range, after its pages have got what the device holds unless they are replaced as a
   * whole.
   */
  private void store(long offset, long length, Stores stores) throws IOException {
    int first = Math.toIntExact(Pages.of(offset));
    int end = Math.toIntExact(Pages.in(offset + length));
    synchronized (fetched) {
      if (fetched.nextClearBit(first) < end) {
        if (Pages.within(offset) != 0) {
          fetch(offset, 1);
        }
        if (Pages.within(offset + length) != 0) {
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
      long from = offset / sectorBytes * sectorBytes;
      long to = (offset + length + sectorBytes - 1) / sectorBytes * sectorBytes;
      order.lock();
      try {
        writeFetched(from, to);
      } finally {
        order.unlock();
      }
    }
  }

  /**
   * Writes what memory holds of the device. A page that was never fetched is zeros here, whatever
   * the device holds, and has nothing to be made durable.
   */
  private void writeFetched(long from, long to) throws IOException {
    for (long at = from; at < to; ) {
      long begin;
      long end;
      synchronized (fetched) {
        int first = fetched.nextSetBit(Math.toIntExact(Pages.of(at)));
        begin = first < 0 ? to : Math.max(at, Pages.bytes(first));
        end = first < 0 ? to : Math.min(to, Pages.bytes(fetched.nextClearBit(first)));
      }
      if (begin < end) {
        device.write(begin / sectorBytes, memory.asSlice(begin, end - begin));
        deviceFlush.wrote();
      }
      at = end;
    }
  }

  /**
   * Writes whole sectors of the device that are not kept in memory here. They are durable after a
   * {@link #drain} of the same thread.
   *
   * @param firstSector of the device
   * @param src a whole number of sectors
   * @throws io.jdax.persist.LostWritebackException a flush of the device failed earlier
   * @throws IOException as for {@link BlockDevice#write(long, MemorySegment)}
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
      store(dstOffset, length, () -> WordStores.copy(src, srcOffset, memory, dstOffset, length));
    }
    flush(dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    Objects.checkFromIndexSize(offset, length, memory.byteSize());
    if (length > 0) {
      store(offset, length, () -> WordStores.fill(memory, offset, length, value));
    }
    flush(offset, length);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    persist(offset, length);
  }

  @Override
  public String describe() {
    return "sectors of " + sectorBytes + " bytes";
  }
}
