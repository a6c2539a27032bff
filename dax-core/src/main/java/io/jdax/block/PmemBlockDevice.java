package io.jdax.block;

import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import io.jdax.region.BadRange;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

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
 * covers the unit clears it, copies, and only then forgets that it was bad. If that write fails,
 * all that was bad stays so.
 *
 * <p>Where sectors are smaller than the unit, good ones in it are kept in DRAM while it is cleared,
 * and are durable again before anything is written. Other requests wait. If clearing fails, they
 * are as before; those that could not be stored again are lost, are bad from then on, and the
 * exception names them. Only a crash in the middle of the clearing can leave them with other
 * contents, such as zeros, that read without an error: the kernel clears a unit by writing to it,
 * and neither that nor the bad-block list is atomic with anything else. All of them are sectors
 * that the unfinished write was to replace.
 *
 * <p><b>Discard</b> changes nothing, since this media has nothing to give back, and zeros have a
 * request of their own.
 *
 * <p>Requests on memory segments that are whole words allocate nothing, and no request takes a
 * lock. On a device that knows of bad blocks they may do both.
 */
public final class PmemBlockDevice implements BlockDevice {
  private static final MemorySegment[] NO_SEGMENTS = {};

  private final Region region;
  private final Persister persister;
  private final Sectors sectors;
  private final SectorTransfer transfer;
  private final BadSectors bad;
  private final BlockCounters counters = new BlockCounters();

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
    this.bad = new BadSectors(sectors, transfer, badBlocks, clearer);
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

  /**
   * The ranges of the region that are known to be bad now, in ascending order. While a write clears
   * some, all of the units that it clears are among them.
   */
  public List<BadRange> badRanges() {
    return bad.ranges();
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
      if (bad.isNone()) {
        load(offset, first, rest);
      } else {
        bad.read(offset, bytes, () -> load(offset, first, rest));
      }
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
    counters.read(sectors.of(bytes));
  }

  private void load(long offset, MemorySegment first, MemorySegment[] rest) throws IOException {
    if (rest.length == 0) {
      transfer.read(offset, first);
    } else {
      transfer.read(offset, rest);
    }
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
      if (bad.isNone()) {
        copy(offset, bytes, first, rest);
      } else {
        bad.write(offset, bytes, () -> copy(offset, bytes, first, rest));
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
      if (bad.isNone()) {
        zero(offset, bytes);
      } else {
        bad.write(offset, bytes, () -> zero(offset, bytes));
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
      long good = bad.goodFrom(offset, bytes);
      return new DirectAccess(
          Pages.of(offset),
          region.segment().asSlice(offset, bytes),
          sectors.of(good & -Pages.BYTES));
    } catch (IOException e) {
      counters.failed();
      throw e;
    }
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
