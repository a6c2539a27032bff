package io.jdax.block;

import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.BadRange;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The raw device. Sector n is the bytes from n × sector size on of a region, and nothing else is
 * stored (drivers/nvdimm/pmem.c; rule S3.4 of docs/semantics.md).
 *
 * <p><b>Durable when write returns.</b> Every write and writeZeroes ends with one drain, however
 * many segments it has. Sectors are not atomic: a crash, or a concurrent reader, may find part of
 * an unfinished write, torn at 8 bytes at worst, wherever segments begin and end.
 *
 * <p><b>Bad blocks.</b> For bytes that the region's facts call bad when the device is opened, two
 * kinds of requests are refused on sight, before anything moves: reads that touch them, and writes
 * that the kernel can't heal because they do not cover the whole unit that it clears. A write that
 * covers the unit clears it, copies, and only then forgets that it was bad.
 *
 * <p><b>Discard</b> changes nothing, since this media has nothing to give back, and zeros have a
 * request of their own.
 *
 * <p>Requests on memory segments that are whole words allocate nothing. Only writes to bad blocks
 * take a lock.
 */
public final class PmemBlockDevice implements BlockDevice {
  private static final MemorySegment[] NO_SEGMENTS = {};

  private final Region region;
  private final Persister persister;
  private final Sectors sectors;
  private final SectorTransfer transfer;
  private final BadBlockClearer clearer;
  private final BlockCounters counters = new BlockCounters();

  /** Held while a write clears bad blocks and stores to them. */
  private final Object healing = new Object();

  /** Replaced with {@link #healing} held, and read without it. */
  private volatile BadBlocks badBlocks;

  PmemBlockDevice(
      Region region,
      Persister persister,
      int sectorSize,
      BadBlocks badBlocks,
      BadBlockClearer clearer) {
    if (persister.region() != region) {
      throw new IllegalArgumentException(
          "the persister is of another region: " + persister.region());
    }
    this.region = region;
    this.persister = persister;
    this.sectors = Sectors.of(region.name(), sectorSize, region.sizeBytes());
    this.transfer = new SectorTransfer(region, persister, sectorSize);
    this.badBlocks = badBlocks;
    this.clearer = clearer;
  }

  /**
   * A device over a whole region, which it owns from now on: {@link #close} closes the region.
   *
   * @param persister of that region
   * @param sectorSize in bytes, a power of two from 512 to 4096; what does not fill a sector at the
   *     region's end is not used
   * @throws IllegalArgumentException the persister is of another region, or the size is not such a
   *     power of two
   * @throws IllegalStateException the region is closed
   */
  public static PmemBlockDevice of(Region region, Persister persister, int sectorSize) {
    BadBlocks known = BadBlocks.of(region.facts().badRanges().orElse(List.of()));
    return new PmemBlockDevice(region, persister, sectorSize, known, BadBlockClearer.of(region));
  }

  @Override
  public String name() {
    return sectors.device();
  }

  @Override
  public int sectorSize() {
    return sectors.size();
  }

  @Override
  public long sectorCount() {
    return sectors.count();
  }

  @Override
  public boolean readOnly() {
    return region.readOnly();
  }

  @Override
  public BlockStatistics statistics() {
    return counters.snapshot();
  }

  /** The region that the sectors lie in. Its facts tell how the bytes are kept. */
  public Region region() {
    return region;
  }

  /** What makes stores to the region durable. */
  public Persister persister() {
    return persister;
  }

  /** The ranges of the region that are known to be bad now, in ascending order. */
  public List<BadRange> badRanges() {
    return badBlocks.ranges();
  }

  // ---------------------------------------------------------------- read

  @Override
  public void read(long sector, MemorySegment dst) throws IOException {
    read(sector, dst.byteSize(), dst, NO_SEGMENTS);
  }

  @Override
  public void read(long sector, MemorySegment... dsts) throws IOException {
    read(sector, sum(dsts), MemorySegment.NULL, dsts);
  }

  /** One destination and then more of them, so that a request for one makes no array. */
  private void read(long sector, long bytes, MemorySegment first, MemorySegment[] rest)
      throws IOException {
    region.ensureOpen();
    requireWritable(first);
    for (MemorySegment dst : rest) {
      requireWritable(dst);
    }
    try {
      long offset = sectors.check(sector, bytes);
      refuseBad(offset, bytes);
      if (rest.length == 0) {
        transfer.read(offset, first);
      } else {
        transfer.read(offset, rest);
      }
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
    counters.read(sectors.of(bytes));
  }

  private static void requireWritable(MemorySegment dst) {
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("the destination segment is read-only");
    }
  }

  // ---------------------------------------------------------------- write

  @Override
  public void write(long sector, MemorySegment src) throws IOException {
    write(sector, src.byteSize(), src, NO_SEGMENTS);
  }

  @Override
  public void write(long sector, MemorySegment... srcs) throws IOException {
    write(sector, sum(srcs), MemorySegment.NULL, srcs);
  }

  private void write(long sector, long bytes, MemorySegment first, MemorySegment[] rest)
      throws IOException {
    region.ensureOpen();
    try {
      long offset = sectors.check(sector, bytes);
      refuseReadOnly(sector, bytes);
      if (badBlocks == BadBlocks.NONE || badBlocks.first(offset, bytes) == null) {
        copy(offset, bytes, first, rest);
      } else {
        heal(offset, bytes, () -> copy(offset, bytes, first, rest));
      }
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
    counters.written(sectors.of(bytes));
  }

  private void copy(long offset, long bytes, MemorySegment first, MemorySegment[] rest)
      throws IOException {
    if (bytes == 0) {
      return;
    }
    if (rest.length == 0) {
      transfer.write(offset, first);
    } else {
      transfer.write(offset, rest);
    }
  }

  @Override
  public void writeZeroes(long sector, long sectorCount) throws IOException {
    region.ensureOpen();
    try {
      long offset = sectors.checkCount(sector, sectorCount);
      long bytes = sectors.offset(sectorCount);
      refuseReadOnly(sector, bytes);
      if (badBlocks == BadBlocks.NONE || badBlocks.first(offset, bytes) == null) {
        zero(offset, bytes);
      } else {
        heal(offset, bytes, () -> zero(offset, bytes));
      }
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
    counters.written(sectorCount);
  }

  private void zero(long offset, long bytes) throws IOException {
    if (bytes != 0) {
      transfer.zeroNoDrain(offset, bytes);
      persister.drain();
    }
  }

  // ---------------------------------------------------------------- bad blocks

  private interface Store {
    void run() throws IOException;
  }

  private void refuseBad(long offset, long bytes) throws MediaErrorException {
    BadBlocks bad = badBlocks;
    if (bad != BadBlocks.NONE) {
      BadRange hit = bad.first(offset, bytes);
      if (hit != null) {
        throw bad(hit, "are bad", null);
      }
    }
  }

  /**
   * Clears, stores and forgets, in this order. A reader that comes before the last step is still
   * refused, and so never sees what the clearing left there. All that can be refused is refused
   * before the first clearing.
   */
  private void heal(long offset, long bytes, Store store) throws IOException {
    synchronized (healing) {
      List<BadRange> hits = badBlocks.within(offset, bytes);
      long unit = clearer.unitBytes();
      for (BadRange hit : hits) {
        long from = hit.offset() & -unit;
        long to = (hit.end() + unit - 1) & -unit;
        if (from < offset || to > offset + bytes) {
          throw bad(
              hit,
              "are bad, and only a write of all of bytes [%d, +%d) clears them"
                  .formatted(from, to - from),
              null);
        }
      }
      for (BadRange hit : hits) {
        clear(hit, unit);
      }
      store.run();
      badBlocks = badBlocks.without(offset, bytes);
    }
  }

  private void clear(BadRange hit, long unit) throws IOException {
    long from = hit.offset() & -unit;
    long to = (hit.end() + unit - 1) & -unit;
    try {
      clearer.clear(from, to - from);
    } catch (IOException e) {
      throw bad(hit, "are bad and can't be cleared: " + e.getMessage(), e);
    }
  }

  /** Names the sectors that the bad bytes lie in, though only some of their bytes may be bad. */
  private MediaErrorException bad(BadRange hit, String what, @Nullable Throwable cause) {
    long first = sectors.of(hit.offset());
    long count = sectors.of(hit.end() - 1) + 1 - first;
    return new MediaErrorException(
        name(),
        hit.offset(),
        hit.length(),
        "sectors [" + first + ", +" + count + ") " + what,
        cause);
  }

  // ---------------------------------------------------------------- flush, direct access, close

  /**
   * Pushes on to the media itself what was durable when its write returned, where the platform can
   * be asked to (as a write with PREFLUSH in the kernel's driver). Does not flush what was stored
   * through {@link #directAccess}.
   */
  @Override
  public void flush() throws IOException {
    region.ensureOpen();
    try {
      // A deep flush empties the queues of the whole platform region, whichever byte asks for it.
      persister.deepFlush(0, 1);
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
    counters.flushed();
  }

  @Override
  public void discard(long sector, long sectorCount) throws IOException {
    region.ensureOpen();
    try {
      sectors.checkCount(sector, sectorCount);
      refuseReadOnly(sector, sectors.offset(sectorCount));
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
    counters.discarded(sectorCount);
  }

  /**
   * The memory that sectors lie in. The device keeps no state for it.
   *
   * @param sector the first one
   * @param sectorCount how many
   * @throws MisalignedRequestException the request is not one or more whole pages of 4096 bytes
   * @throws SectorRangeException the device has no such sectors
   * @throws MediaErrorException bytes in the range are known to be bad
   * @throws IllegalStateException the device is closed
   */
  public DirectAccess directAccess(long sector, long sectorCount) throws IOException {
    region.ensureOpen();
    try {
      long offset = sectors.checkCount(sector, sectorCount);
      long bytes = sectors.offset(sectorCount);
      if (Pages.within(offset | bytes) != 0 || bytes == 0) {
        throw new MisalignedRequestException(
            name(), sector, bytes, "pages of " + Pages.BYTES + " bytes");
      }
      refuseBad(offset, bytes);
      long good = goodBytes(offset) & -Pages.BYTES;
      return new DirectAccess(
          Pages.of(offset), region.segment().asSlice(offset, bytes), sectors.of(good));
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
  }

  /**
   * How many bytes are good from {@code offset} on. The kernel says less (pmem.c,
   * __pmem_direct_access).
   */
  private long goodBytes(long offset) {
    long end = sectors.offset(sectors.count());
    BadRange next = badBlocks.first(offset, end - offset);
    return (next == null ? end : next.offset()) - offset;
  }

  /**
   * Closes the region.
   *
   * @throws io.jdax.region.RegionBusyException a file system lies on it, or memory of one is
   *     pinned; the device stays open and usable
   * @throws IOException as {@link Region#close}
   */
  @Override
  public void close() throws IOException {
    region.close();
  }

  @Override
  public String toString() {
    return "PmemBlockDevice[%s, %d sectors of %d bytes, %s]"
        .formatted(name(), sectorCount(), sectorSize(), persister.describe());
  }

  private void refuseReadOnly(long sector, long bytes) throws ReadOnlyDeviceException {
    if (region.readOnly()) {
      throw new ReadOnlyDeviceException(name(), sector, sectors.of(bytes));
    }
  }

  private static long sum(MemorySegment[] segments) {
    long bytes = 0;
    for (MemorySegment segment : segments) {
      bytes = Math.addExact(bytes, segment.byteSize());
    }
    return bytes;
  }
}
