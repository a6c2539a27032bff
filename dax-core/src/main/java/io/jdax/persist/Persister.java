package io.jdax.persist;

import io.jdax.os.Writebacks;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Makes stores to a region durable.
 *
 * <p>Words as in libpmem: <i>flush</i> starts writing a range back, <i>drain</i> waits until what
 * this thread flushed, copied or filled has reached the persistence domain, <i>persist</i> is both.
 * What survives power loss is what was persisted; a store that was not may survive as well, in any
 * order, torn at 8 bytes at worst.
 *
 * <p>Offsets count bytes from the start of the region, and lengths are in bytes. A length of 0 is
 * allowed everywhere and touches nothing. Any thread may call; a drain speaks for the calling
 * thread only. Every call may throw
 *
 * <ul>
 *   <li>{@link IndexOutOfBoundsException} if the range is outside the region, and nothing has
 *       happened;
 *   <li>{@link IllegalStateException} if the region was closed before or during the call;
 *   <li>{@link io.jdax.region.ReadOnlyRegionException} if the call would store to a region that was
 *       opened read-only, and nothing has happened;
 *   <li>{@link io.jdax.region.MediaErrorException} if a page of the range is not backed, since the
 *       file was truncated or the media is bad. Copies and fills always notice. A flush may not,
 *       where the CPU has nothing to write back there (eADR, aarch64);
 *   <li>{@link PersistException} if the platform refused, so that the bytes may not be durable;
 *   <li>{@link LostWritebackException} if the platform refused earlier, and what was lost then
 *       can't be told, so that no call of this or another persister of the region succeeds any
 *       more.
 * </ul>
 *
 * After the last three some of the range may have been written: a prefix of it, but after {@link
 * #fillPersistKeeping} any part.
 *
 * <p>A persister is called in the middle of faults and commits, under their locks. So whoever
 * writes one must not use the file system, or a mapping of the same device, in it.
 */
public abstract class Persister {
  /** A cache line of every processor that jdax knows. */
  private static final int LINE_BYTES = 64;

  private final Region region;
  private final long sizeBytes;
  private final Writebacks writebacks;

  /**
   * For a region that is open.
   *
   * @param region what the persister works on, for as long as that is open
   */
  protected Persister(Region region) {
    this.region = region;
    this.sizeBytes = region.sizeBytes();
    this.writebacks = region.writebacks();
  }

  /**
   * Chooses the way that suits the region's kind, the platform's persistence domain and the native
   * stubs, or the one that {@link PersistOverrides} names. The choice stays for the life of the
   * persister.
   *
   * @throws io.jdax.region.UnsupportedRegionException nothing at hand can make stores to this
   *     region durable, or an override names a way that can't; the message says why
   * @throws IllegalStateException the region is closed
   */
  public static Persister of(Region region) throws IOException {
    return PersistChoice.persister(region, PersistOverrides.current(region.name()));
  }

  /** The region it works on. */
  public final Region region() {
    return region;
  }

  /** Whether copies and fills are refused, since the region or its device is read-only. */
  public boolean readOnly() {
    return region.readOnly();
  }

  /**
   * On return the range of the region's memory holds what the media holds, or newer stores. There
   * is nothing to do where the two are the same. Where they are not, a thread that loads from the
   * region, or stores to it other than by this persister, fetches first.
   *
   * @throws IOException the media can't be read
   */
  public void fetch(long offset, long length) throws IOException {}

  /**
   * Starts writing the range back. What was stored in it before is durable after a {@link #drain}
   * of the same thread.
   *
   * @throws IOException the range is not backed, or can't be made durable: see the class
   */
  public abstract void flush(long offset, long length) throws IOException;

  /**
   * On return all that the calling thread has flushed, copied and filled is durable.
   *
   * @throws IOException some of it may be lost: see the class
   */
  public abstract void drain() throws IOException;

  /**
   * Flushes and drains. What was stored in the range before is durable on return.
   *
   * @throws IOException the range is not backed, or may not be durable: see the class
   */
  public void persist(long offset, long length) throws IOException {
    flush(offset, length);
    drain();
  }

  /**
   * Copies into the region. The bytes are durable after a {@link #drain} of the same thread. An
   * aligned 8-byte word inside the range is never torn.
   *
   * @param dstOffset where the first byte goes, from the start of the region
   * @param src on or off the heap; it must not overlap the destination unless it is a part of this
   *     region's own segment. Its liveness and confinement are checked and held as in any access
   *     through it
   * @param srcOffset of the first byte in {@code src}
   * @throws SourceFaultException the memory of {@code src} is not backed; some may have been copied
   * @throws IOException the region is read-only, the range is not backed, or can't be made durable:
   *     see the class
   */
  public abstract void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException;

  /** As {@link #copyNoDrain}, but the bytes are durable on return. */
  public void copyPersist(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    copyNoDrain(dstOffset, src, srcOffset, length);
    drain();
  }

  /**
   * Stores {@code value} in every byte of the range. They are durable after a {@link #drain} of the
   * same thread. An aligned 8-byte word inside the range is never torn.
   *
   * @throws IOException the region is read-only, the range is not backed, or can't be made durable:
   *     see the class
   */
  public abstract void fillNoDrain(long offset, long length, byte value) throws IOException;

  /** As {@link #fillNoDrain}, but the bytes are durable on return. */
  public void fillPersist(long offset, long length, byte value) throws IOException {
    fillNoDrain(offset, length, value);
    drain();
  }

  /**
   * As {@link #fillPersist}, for a caller that stores to the byte at {@code kept} next. That byte's
   * line stays in the cache. A long fill goes past the cache, and takes lines out of it, so that
   * the next store would have its line read back from the media, which takes as long as filling a
   * page (for the same reason the kernel clears the page that a fault is about last:
   * process_huge_page in mm/memory.c). It is a hint, since a fill that does not go past the cache
   * keeps all it can.
   *
   * @param kept offset of a byte in the range, which is not empty
   * @throws IndexOutOfBoundsException also if {@code kept} is not in the range
   */
  public void fillPersistKeeping(long offset, long length, byte value, long kept)
      throws IOException {
    Objects.checkIndex(kept - offset, length);
    fillPersist(offset, length, value);
  }

  /** Does {@link #fillPersistKeeping} where long fills go past the cache, and short ones do not. */
  final void fillAround(long kept, long offset, long length, byte value) throws IOException {
    check(offset, length);
    Objects.checkIndex(kept - offset, length);
    long end = offset + length;
    long line = Math.max(offset, kept & -LINE_BYTES);
    long after = Math.min(end, (kept & -LINE_BYTES) + LINE_BYTES);
    // The line comes first, so that it is read and written back while the others stream.
    fillNoDrain(line, after - line, value);
    if (line > offset) {
      fillNoDrain(offset, line - offset, value);
    }
    fillPersist(after, end - after, value);
  }

  /**
   * Persists the range, and then pushes it out of the memory controller's queues as well, to the
   * media itself, so that it is safe even if the power-fail domain fails (libnvdimm's deep_flush).
   * It takes microseconds, and is meant for superblocks and the like. Where the platform has
   * nothing deeper it is a {@link #persist}.
   *
   * @throws IOException as for {@link #persist}, or the queues could not be emptied
   */
  public abstract void deepFlush(long offset, long length) throws IOException;

  /**
   * Whether the media takes so much longer to write than DRAM that pages should be gathered in DRAM
   * first.
   */
  public boolean slowToWrite() {
    return false;
  }

  /** What is used, as a phrase such as {@code clwb (native stubs, avx2 copies)}. */
  public abstract String describe();

  /**
   * Returns only while no write-back of the region has failed. For callers that have nothing to
   * flush, and must not succeed for that reason.
   *
   * @throws LostWritebackException a write-back failed earlier
   */
  public final void ensureNothingLost() throws LostWritebackException {
    Throwable reason = writebacks.failure();
    if (reason != null) {
      throw new LostWritebackException(region.name(), reason);
    }
  }

  /**
   * Ends a call, after its work and before its return. Returns only if the region was open all the
   * time, and no write-back has failed by now.
   */
  final void ensureDone() throws LostWritebackException {
    region.ensureOpen();
    ensureNothingLost();
  }

  /** Refuses a range outside the region. The only check before the work on a hot path. */
  final void check(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, sizeBytes);
  }

  @Override
  public String toString() {
    return "Persister[" + region.name() + ", " + describe() + "]";
  }
}
