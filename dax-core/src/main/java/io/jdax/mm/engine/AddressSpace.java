package io.jdax.mm.engine;

import io.jdax.mm.AddressSpaceStatistics;
import io.jdax.mm.BeyondEndException;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.NotInPlaceException;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.ReadOnlyMappingException;
import io.jdax.mm.Sharing;
import io.jdax.mm.TableSpaceException;
import io.jdax.os.AccessFault;
import io.jdax.os.StackRoom;
import io.jdax.region.ReadOnlyRegionException;
import java.io.IOException;
import java.util.function.Supplier;

/**
 * One open file as memory: its entries, the mappings that show it, its invalidate lock and its
 * pins. One per open inode, however many mappings there are.
 *
 * <p>What a file system calls, and for what:
 *
 * <pre>
 *   truncate, punch     lockForInvalidation(range); invalidation(range); change the extents; run it; unlock;
 *                       then give the frames to FrameSpace.quarantine()
 *   write into a hole   invalidateLock shared; store the content and change the extents; published(range); unlock
 *   fsync               writeback(range), then its own commit
 *   remount read-only   setReadOnly(true)
 * </pre>
 */
public final class AddressSpace implements AutoCloseable {
  /**
   * The most that a mapping may span, 128 TiB. Larger ones would cost more for their tables than
   * they are worth. All mappings of a region that allow stores have addresses for some 64 TiB
   * together.
   */
  public static final long MAX_MAPPING_BYTES = Mappings.MAX_BYTES;

  private final MappedFile file;
  private final FrameSpace frames;
  private final InvalidateLock invalidateLock;
  private final Faults faults;
  private final DirtyEntries dirtyEntries;
  private final Pins pins;
  private final Writeback writeback;
  private final RetiredMappings retired;
  private final Mappings mappings;

  /**
   * Makes an address space without mappings.
   *
   * @param mapper answers for the file system
   * @param name of the file, in messages and events
   */
  public AddressSpace(FrameSpace frames, BlockMapper mapper, String name) {
    this.file = new MappedFile(frames, mapper, name);
    this.frames = frames;
    this.invalidateLock = file.invalidateLock;
    this.faults = new Faults(file);
    this.dirtyEntries = new DirtyEntries(file, faults);
    this.pins = new Pins(file, faults, dirtyEntries);
    this.retired = new RetiredMappings(file, dirtyEntries);
    this.writeback = new Writeback(file, faults, pins, dirtyEntries, retired);
    this.mappings = new Mappings(file, faults, writeback, retired);
  }

  /** Makes a shared mapping that shows zeros for holes; see the other. */
  public FileMapping map(long offset, long length) throws IOException {
    return map(offset, length, Sharing.SHARED, false, HolePolicy.ZERO);
  }

  /**
   * Maps a range of the file, which may reach beyond the end of the file, and then shows what the
   * file grows to. Until pages are touched, a mapping costs a few dozen bytes per GiB, and
   * addresses for its page table. Those are a 1024th of its length, so that a touch never lacks
   * them, and if it allows stores, a 4096th from a range that all mappings of the region share.
   *
   * @param offset in the file, a multiple of 4096 bytes; of 2 MiB for translations of 2 MiB
   * @param length in bytes, rounded up to whole pages
   * @param sync whether metadata is durable before a store can happen; stores to new pages are
   *     slower then, and {@link FileMapping#persist} flushes cache lines only, unless other
   *     mappings have stored to new pages
   * @throws IllegalArgumentException offset or length is not possible
   * @throws IllegalStateException the address space is closed
   * @throws ReadOnlyRegionException the mapping is shared, and the region is open for loads only
   * @throws NotInPlaceException {@code sync} is set, and the file's pages go through DRAM
   * @throws TableSpaceException no addresses are left for the page table, so that other mappings
   *     must be closed first
   */
  public FileMapping map(long offset, long length, Sharing sharing, boolean sync, HolePolicy holes)
      throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    return mappings.map(offset, length, sharing, sync, holes);
  }

  /**
   * Takes the translations of a range of pages out of every mapping, so that the next accesses
   * fault. Entries and private copies stay.
   */
  public void unmapMappingRange(long firstPage, long pageCount) {
    InvalidationEvent event = InvalidationEvent.begun();
    PrivateFrames own = frames.privateFrames();
    PageTable.Filter which = (page, pfn) -> !own.owns(pfn);
    long dropped =
        file.mappings.sum(
            firstPage, pageCount, area -> area.pages.drop(firstPage, pageCount, which));
    file.countDropped(event, firstPage, pageCount, dropped);
  }

  /**
   * Does all that can fail of taking a range of pages away, before the file changes. The caller
   * then changes what {@link BlockMapper#find} and {@link BlockMapper#sizeBytes} answer, and runs
   * it. The invalidate lock is held exclusively all the while.
   *
   * @throws IOException what is dirty beside the range could not be flushed; nothing has changed
   */
  public Invalidation invalidation(long firstPage, long pageCount) throws IOException {
    if (!invalidateLock.heldExclusively()) {
      throw new IllegalStateException("an invalidation needs the invalidate lock, exclusively");
    }
    return new Invalidation(file, writeback, firstPage, pageCount);
  }

  /**
   * Tells that holes or unwritten pages have become blocks. When this returns, every mapping that
   * showed zeros there shows the blocks, without a fault. Called with the invalidate lock held
   * shared, when {@link BlockMapper#find} already answers WRITTEN, and the frames hold what is to
   * be seen. Costs next to nothing for pages that nobody has touched.
   *
   * @param pfn the frame of the first page, which those of the others follow
   * @throws IOException there is no memory for entries; some mappings may still show zeros
   */
  public void published(long firstPage, long pfn, long pageCount) throws IOException {
    faults.published(firstPage, pfn, pageCount);
  }

  /**
   * Makes durable what was stored to a range through any mapping or pin before the call: data, but
   * not metadata. Waits neither for readers nor for storing threads. A store that races with it is
   * included or stays dirty.
   *
   * @param offset in the file, in bytes
   * @param length in bytes; {@link Long#MAX_VALUE} for all that follows
   * @return how many pages were dirty
   * @throws IOException a flush failed; all pages of the range that were dirty still are
   */
  public long flushDirty(long offset, long length) throws IOException {
    return writeback.run(offset, length);
  }

  /**
   * Finds what was stored through mappings and pins so far, and tells the {@link BlockMapper} of
   * it, by {@link BlockMapper#storesFound}. As {@link #flushDirty} of all, except that pages whose
   * frames are not the media's stay dirty, for {@link BlockMapper#writeBack}.
   *
   * @throws IOException a flush failed; all pages that were dirty still are
   */
  public void collect() throws IOException {
    writeback.collect();
  }

  /**
   * Whether all stores that were made through mappings which are closed now have left their mark,
   * so that after one more {@link #flushDirty} nothing of them is dirty.
   */
  public boolean isQuiet() {
    AccessFault.enter(StackRoom.ENGINE);
    retired.sweep();
    return retired.isEmpty();
  }

  /**
   * Holds frames in place for device or kernel I/O, so that no truncate or punch takes them until
   * the pin is closed.
   *
   * @param offset in the file, in bytes
   * @param length in bytes
   * @param longTerm whether it may be held for any time. If so, and for WRITE, pages without a
   *     block get one first (unshare), so that a later store by anybody is seen through the pin. A
   *     short-term pin for READ may be given zero frames
   * @throws BeyondEndException the range reaches beyond the last page of the file
   * @throws ReadOnlyMappingException the file is read-only, and the pin is for WRITE, or is a
   *     long-term one of a page that would need a block
   * @throws IOException a block or frame for the range could not be had; nothing is pinned
   */
  public FilePin pin(long offset, long length, PinAccess access, boolean longTerm)
      throws IOException {
    return pin(offset, length, access, longTerm, PinMemory::shared);
  }

  /**
   * As {@link #pin}, short-term, whose segments and close are for the calling thread alone, so that
   * closing it asks no other thread.
   */
  public FilePin pinHere(long offset, long length, PinAccess access) throws IOException {
    return pin(offset, length, access, false, PinMemory::here);
  }

  private FilePin pin(
      long offset, long length, PinAccess access, boolean longTerm, Supplier<PinMemory> memories)
      throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    frames.unfinishedCloses().goOn();
    return file.retainFor(
        () -> {
          file.ensureOpen();
          return pins.pin(offset, length, access, longTerm, memories);
        });
  }

  // ---------------------------------------------------------------- for a cache

  /** Whether there are mappings, among them closed ones through which a thread may still store. */
  public boolean hasMappings() {
    return file.mappings.size() > 0;
  }

  /** Lets go of closed mappings whose stores have all been made. */
  public void sweep() {
    AccessFault.enter(StackRoom.ENGINE);
    retired.sweep();
  }

  /** Whether there is a mapping, or was, so that a thread may reach a frame by a translation. */
  public boolean wasMapped() {
    return mappings.wasMapped();
  }

  /**
   * Forgets a page that no mapping shows any more, unless it is dirty or pinned. The caller holds
   * the invalidate lock exclusively, and knows that nobody has asked for the page since {@link
   * #unmapMappingRange} of it and {@link Quarantine#turnOver}.
   *
   * @return whether it is forgotten
   */
  public boolean forgetClean(long page) {
    if (pins.isPinned(page) || Entry.is(file.entries.peek(page), Entry.DIRTY | Entry.TOWRITE)) {
      return false;
    }
    if (file.mappings.sum(page, 1, area -> writeback.isClean(area, page) ? 0 : 1) > 0) {
      return false;
    }
    file.entries.removal(page, 1).run();
    return true;
  }

  /** Whether a pin holds a page. */
  public boolean isPinned(long page) {
    return pins.isPinned(page);
  }

  /**
   * Takes the invalidate lock exclusively at a moment when no pin overlaps a range of pages
   * (dax_break_layout).
   *
   * @param timeoutNanos how long to wait for pins to be closed, or 0 not to wait
   * @throws PinnedException the range is still pinned; the lock is not held
   */
  public void lockForInvalidation(long firstPage, long pageCount, long timeoutNanos)
      throws PinnedException {
    pins.lockUnpinned(firstPage, pageCount, timeoutNanos);
  }

  /**
   * Takes the translations of a range of pages away, and returns when no thread goes on with one
   * that it had before. Every store that was made by one has left its mark then, and every later
   * access faults. This ends even a loop that is compiled to ask nothing. It costs two turn-overs
   * of the epoch, tens of microseconds each, or more where more threads run than there are
   * processors; and nothing if the file was never mapped.
   */
  public void revoke(long firstPage, long pageCount) {
    if (mappings.wasMapped()) {
      unmapMappingRange(firstPage, pageCount);
      if (!frames.isClosed()) {
        frames.quarantine().turnOver();
      }
    }
  }

  /**
   * Looks for pins, with the invalidate lock held, so that one that is being made is seen.
   *
   * @param writing whether only pins for writing count
   * @throws PinnedException there is one
   */
  public void ensureNotPinned(boolean writing) throws PinnedException {
    pins.ensureNone(writing);
  }

  /**
   * Makes stores fail, or makes them possible again. Takes the invalidate lock. When stores fail,
   * nothing is stored through a mapping any more from the return on, and what was stored is known
   * to {@link #flushDirty}. Pins for writing go on, so the caller looks for them first.
   */
  public void setReadOnly(boolean readOnly) {
    if (!readOnly) {
      become(false);
    } else if (refuseStores() && !frames.isClosed()) {
      frames.quarantine().turnOver();
    }
  }

  /**
   * As {@link #setReadOnly}, except that stores which are under way end only by the next {@link
   * Quarantine#turnOver}. For many files, for all of which one is enough.
   *
   * @return whether there may be stores under way
   */
  public boolean refuseStores() {
    become(true);
    if (!hasMappings()) {
      return false;
    }
    // Faults that began before have shown what they found. Later ones find the file read-only.
    unmapMappingRange(0, Long.MAX_VALUE);
    return true;
  }

  private void become(boolean newReadOnly) {
    invalidateLock.lockExclusive();
    try {
      file.setReadOnly(newReadOnly);
    } finally {
      invalidateLock.unlockExclusive();
    }
  }

  /** Whether stores fail, see {@link #setReadOnly}. */
  public boolean readOnly() {
    return file.isReadOnly();
  }

  /** What keeps the file's blocks where they are. */
  public InvalidateLock invalidateLock() {
    return invalidateLock;
  }

  /** The frames that its mappings show. */
  public FrameSpace frames() {
    return frames;
  }

  /** Of the file, in messages and events. */
  public String name() {
    return file.name;
  }

  /**
   * Finds the first byte of data or of a hole in {@code [from, end)} and before the end of the file
   * (SEEK_DATA, SEEK_HOLE). Unwritten extents are holes, and so is the end of the range or of the
   * file, whichever comes first.
   *
   * @param from offset in the file
   * @param end offset in the file
   * @param data whether to look for data, and not for a hole
   * @return its offset in the file, or −1 if there is none, or {@code from} lies at the end or
   *     beyond
   */
  public long seek(long from, long end, boolean data) throws IOException {
    return ExtentSearch.first(file, from, end, data);
  }

  /** Counts of what its mappings and pins have done. Walks all mappings for those of pages. */
  public AddressSpaceStatistics statistics() {
    return Totals.of(file, pins.count());
  }

  /**
   * Closes all mappings and forgets all entries. Flushes nothing, so {@link #flushDirty} comes
   * first.
   *
   * @throws PinnedException a pin is open; nothing has changed
   */
  @Override
  public void close() throws IOException {
    pins.lockUnpinned(0, Long.MAX_VALUE, 0);
    try {
      closeHeld();
    } finally {
      invalidateLock.unlockExclusive();
    }
  }

  /**
   * As {@link #close}, for a caller that has the invalidate lock exclusively, and knows of no pin.
   */
  public void closeHeld() {
    file.markClosed();
    mappings.close();
    file.entries.close();
  }

  @Override
  public String toString() {
    return "AddressSpace[" + file.name + ", " + file.mappings.size() + " mappings]";
  }

  // ---------------------------------------------------------------- for tests

  BlockMapper mapper() {
    return file.mapper;
  }

  MappingTree mappings() {
    return file.mappings;
  }

  Entries entries() {
    return file.entries;
  }

  Writeback writeback() {
    return writeback;
  }

  DirtyEntries dirtyEntries() {
    return dirtyEntries;
  }

  RetiredMappings retired() {
    return retired;
  }
}
