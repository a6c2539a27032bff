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
 * <p>Offsets and lengths are bytes from the start of the region. A length of 0 is allowed
 * everywhere and touches nothing. Any thread may call; a drain speaks for the calling thread only.
 * Every call may throw
 *
 * <ul>
 *   <li>{@link IndexOutOfBoundsException}: the range is outside, and nothing has happened;
 *   <li>{@link IllegalStateException}: the region was closed before or during the call;
 *   <li>{@link io.jdax.region.MediaErrorException}: a page of the range is not backed (truncated
 *       file, bad media). Copies and fills always notice; a flush may not, where the CPU has
 *       nothing to write back there (eADR, aarch64);
 *   <li>{@link PersistException}: the platform refused, so that the bytes may not be durable;
 *   <li>{@link LostWritebackException}: it refused earlier, and what is lost since then can't be
 *       told, so no call of this or another persister of the region returns any more.
 * </ul>
 *
 * After the last three a prefix of the range may have been written, by {@link #fillPersistKeeping}
 * any part.
 *
 * <p>Who writes one: it is called in the middle of faults and commits, under their locks. It must
 * not use the file system or a mapping of the same device itself.
 */
public abstract class Persister {
  private static final int LINE_BYTES = 64;

  private final Region region;
  private final long sizeBytes;
  private final Writebacks writebacks;

  protected Persister(Region region) {
    this.region = region;
    this.sizeBytes = region.sizeBytes();
    this.writebacks = region.writebacks();
  }

  /**
   * The way that suits the region's kind, the platform's persistence domain, and the native stubs,
   * or the one that {@link PersistOverrides} names. Decided here, once.
   *
   * @throws io.jdax.region.UnsupportedRegionException nothing at hand makes this region durable, or
   *     an override asks for what is impossible or would not; the sentence says why
   */
  public static Persister of(Region region) throws IOException {
    return PersistChoice.persister(region, PersistOverrides.current(region.name()));
  }

  /** The region it works on. */
  public final Region region() {
    return region;
  }

  /** Whether nothing can be stored. */
  public boolean readOnly() {
    return region.readOnly();
  }

  /**
   * On return the region's memory holds what the media holds. Nothing to do where they are one and
   * the same; elsewhere whoever loads from the region, or stores to it other than by this
   * persister, fetches before.
   */
  public void fetch(long offset, long length) throws IOException {}

  /** Starts writing back. Durable after a {@link #drain} of the same thread. */
  public abstract void flush(long offset, long length) throws IOException;

  /** On return all that this thread flushed, copied and filled is durable. */
  public abstract void drain() throws IOException;

  /** Durable on return. */
  public void persist(long offset, long length) throws IOException {
    flush(offset, length);
    drain();
  }

  /**
   * Copies into the region. Durable after a {@link #drain} of the same thread. An aligned 8-byte
   * word inside the range is never torn.
   *
   * @param src on or off the heap, not overlapping the destination unless it belongs to this
   *     region's own segment. Its liveness and confinement are checked and held as in any access
   *     through it. When its memory is not backed, a {@link PersistException} says so
   */
  public abstract void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException;

  /** As {@link #copyNoDrain}, and durable on return. */
  public void copyPersist(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    copyNoDrain(dstOffset, src, srcOffset, length);
    drain();
  }

  /** Stores {@code value} in every byte. Durable after a {@link #drain} of the same thread. */
  public abstract void fillNoDrain(long offset, long length, byte value) throws IOException;

  /** As {@link #fillNoDrain}, and durable on return. */
  public void fillPersist(long offset, long length, byte value) throws IOException {
    fillNoDrain(offset, length, value);
    drain();
  }

  /**
   * As {@link #fillPersist}, by who stores to the byte at {@code kept} next: its cache line stays
   * in the cache. A long fill goes past the cache, and takes lines out of it; a store right behind
   * it would have its line read back from the media, which takes as long as filling a page (the
   * kernel clears what the fault is about last, for the same reason: process_huge_page in
   * mm/memory.c). A hint: what does not go past the cache keeps all it can anyway.
   *
   * @param kept in the range, which is not empty
   */
  public void fillPersistKeeping(long offset, long length, byte value, long kept)
      throws IOException {
    Objects.checkIndex(kept - offset, length);
    fillPersist(offset, length, value);
  }

  /** {@link #fillPersistKeeping} where long fills go past the cache, and a line's does not. */
  final void fillAround(long kept, long offset, long length, byte value) throws IOException {
    check(offset, length);
    Objects.checkIndex(kept - offset, length);
    long end = offset + length;
    long line = Math.max(offset, kept & -LINE_BYTES);
    long behind = Math.min(end, (kept & -LINE_BYTES) + LINE_BYTES);
    // The line first: it is read and written back while the others stream.
    fillNoDrain(line, behind - line, value);
    if (line > offset) {
      fillNoDrain(offset, line - offset, value);
    }
    fillPersist(behind, end - behind, value);
  }

  /**
   * Persists, and then pushes the range out of the memory controller's queues too, to the media
   * itself, where the platform has a way (libnvdimm's deep_flush): what is safe even if the
   * power-fail domain is not. Microseconds; for superblocks and the like. Where there is nothing
   * deeper it is {@link #persist}.
   */
  public abstract void deepFlush(long offset, long length) throws IOException;

  /**
   * Whether writing back takes so much longer than to DRAM that pages had better be gathered there.
   */
  public boolean slowToWrite() {
    return false;
  }

  /** What is used, for people: {@code clwb (native stubs, avx2 copies)}. */
  public abstract String describe();

  /**
   * Returns as long as the bytes that were told to be durable can be: for those who would succeed
   * because they find nothing to flush.
   */
  public final void ensureNothingLost() throws LostWritebackException {
    Throwable reason = writebacks.failure();
    if (reason != null) {
      throw new LostWritebackException(region.name(), reason);
    }
  }

  /**
   * Behind the work of a call, before it may return: the region was open all the time, and no
   * write-back has failed by now.
   */
  final void ensureDone() throws LostWritebackException {
    region.ensureOpen();
    ensureNothingLost();
  }

  /** Bounds of the region; the only check on a hot path before the work. */
  final void check(long offset, long length) {
    Objects.checkFromIndexSize(offset, length, sizeBytes);
  }

  @Override
  public String toString() {
    return "Persister[" + region.name() + ", " + describe() + "]";
  }
}
