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

/**
 * One open file as memory: its entries, the mappings that show it, its invalidate lock and its
 * pins. One per open inode, however many mappings there are.
 *
 * <p>What a file system does, and with what:
 *
 * <pre>
 *   truncate, punch     lockForInvalidation(range); invalidation(range); change the extents; run it; unlock;
 *                       then the frames into FrameSpace.quarantine()
 *   write into a hole   invalidateLock shared; extents changed, content in place; published(range); unlock
 *   fsync               writeback(range), then its own commit
 *   remount read-only   setReadOnly(true)
 * </pre>
 */
public final class AddressSpace implements AutoCloseable {
  /**
   * Mappings beyond it would cost more for their tables than they are worth: 128 TiB. All those of
   * a region that allow stores have addresses for some 64 TiB together.
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
   * An address space without mappings.
   *
   * @param name of the file in messages and events
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

  /** A shared mapping that shows zeros for holes. */
  public FileMapping map(long offset, long length) throws IOException {
    return map(offset, length, Sharing.SHARED, false, HolePolicy.ZERO);
  }

  /**
   * Maps a range of the file, which may reach beyond its end and then shows what the file grows to.
   * Costs a few dozen bytes per GiB until pages are touched; and addresses for its page table, a
   * 1024th of its length, so that a touch never fails for want of those. What allows stores has a
   * 4096th of its length from a range that all mappings of the region share.
   *
   * @param offset in the file, a multiple of 4096; of 2 MiB, if 2 MiB translations are wanted
   * @param length in bytes, rounded up to whole pages
   * @param sync metadata is durable before a store can happen: stores to new pages are slower,
   *     {@link FileMapping#persist} is only cache lines, unless other mappings stored to new pages
   * @throws ReadOnlyRegionException a shared mapping of a region that is open for loads only
   * @throws NotInPlaceException {@code sync}, and the file's pages go through DRAM
   * @throws TableSpaceException no addresses are left for its page table: other mappings must be
   *     closed first
   */
  public FileMapping map(long offset, long length, Sharing sharing, boolean sync, HolePolicy holes)
      throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    return mappings.map(offset, length, sharing, sync, holes);
  }

  /**
   * Takes the translations of a range out of every mapping; the entries stay. Next accesses fault.
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
   * Gets ready to take a range away, before the file changes: all that can fail. Then the caller
   * changes what {@link BlockMapper#find} and {@link BlockMapper#sizeBytes} answer, and runs it.
   * The invalidate lock is held exclusively all the while.
   *
   * @throws IOException nothing has changed
   */
  public Invalidation invalidation(long firstPage, long pageCount) throws IOException {
    if (!invalidateLock.heldExclusively()) {
      throw new IllegalStateException("an invalidation needs the invalidate lock, exclusively");
    }
    return new Invalidation(file, writeback, firstPage, pageCount);
  }

  /**
   * Says that holes or unwritten pages have become blocks: every mapping that showed zeros there
   * shows the blocks when this returns, without a fault. Called with the invalidate lock held
   * shared, when {@link BlockMapper#find} already answers WRITTEN and the frames hold what is to be
   * seen. Costs next to nothing for pages that nobody has touched.
   *
   * @param pfn frame of the first page; the others follow it
   */
  public void published(long firstPage, long pfn, long pageCount) throws IOException {
    faults.published(firstPage, pfn, pageCount);
  }

  /**
   * Makes durable what was stored to a range through any mapping or pin, data only: flushes dirty
   * pages, drains. Waits neither for readers nor for storing threads. Stores that race with it are
   * included or stay dirty.
   *
   * @return pages that were dirty
   * @throws IOException a flush failed: all pages that it was about are dirty as before
   */
  public long writeback(long offset, long length) throws IOException {
    return writeback.run(offset, length);
  }

  /**
   * Finds what was stored through mappings and pins so far, and tells the {@link BlockMapper}:
   * {@link BlockMapper#storesFound}. As {@link #writeback} of all, but that pages whose frames are
   * not the media's stay where they are, dirty for {@link BlockMapper#writeBack}.
   *
   * @throws IOException a flush failed: all pages are dirty as before
   */
  public void collect() throws IOException {
    writeback.collect();
  }

  /**
   * Whether every store that was ever made through a mapping that is closed now has been made
   * known, so that after one more {@link #writeback} nothing of this file is dirty.
   */
  public boolean isQuiet() {
    AccessFault.enter(StackRoom.ENGINE);
    retired.sweep();
    return retired.isEmpty();
  }

  /**
   * Holds frames in place for device or kernel I/O: no truncate or punch takes them until the pin
   * is closed.
   *
   * @param longTerm may be held for any time. Then, and for WRITE, pages without a block get one
   *     first (unshare), so that a later store by anybody is seen through the pin. A short-term
   *     READ pin may be given zero frames
   * @throws BeyondEndException the range reaches beyond the last page of the file
   * @throws ReadOnlyMappingException the file is read-only, and the pin is for WRITE, or a page of
   *     a long-term one would need a block
   */
  public FilePin pin(long offset, long length, PinAccess access, boolean longTerm)
      throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    frames.unfinishedCloses().goOn();
    return file.retainFor(
        () -> {
          file.ensureOpen();
          return pins.pin(offset, length, access, longTerm);
        });
  }

  // ---------------------------------------------------------------- for a cache

  /** Whether there are mappings, or some were closed through which a thread may still store. */
  public boolean hasMappings() {
    return file.mappings.size() > 0;
  }

  /** Lets go of closed mappings whose stores have all been made. */
  public void sweep() {
    AccessFault.enter(StackRoom.ENGINE);
    retired.sweep();
  }

  /** Whether a thread may reach a frame by a translation: there is a mapping, or there was. */
  public boolean wasMapped() {
    return mappings.wasMapped();
  }

  /**
   * Forgets a page that no mapping shows any more, if nothing is known to be dirty about it and no
   * pin holds it. The caller holds the invalidate lock exclusively, and knows that since {@link
   * #unmapMappingRange} of the page and {@link Quarantine#turnOver} nobody has asked for it.
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
   * Takes the invalidate lock exclusively at a moment when no pin overlaps a range
   * (dax_break_layout).
   *
   * @param timeoutNanos how long to wait for pins; 0: not at all
   * @throws PinnedException somebody still has the range pinned; the lock is not held
   */
  public void lockForInvalidation(long firstPage, long pageCount, long timeoutNanos)
      throws PinnedException {
    pins.lockUnpinned(firstPage, pageCount, timeoutNanos);
  }

  /**
   * Takes the translations of a range away, and returns when no thread goes on with one that it had
   * before: every store that was made by one has left its mark, every later access faults. This is
   * what ends a loop that is compiled to ask nothing. Costs two turn-overs of the epoch, tens of
   * microseconds each and more where more threads run than there are processors; nothing where the
   * file was never mapped.
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
   * Looks for pins; takes the invalidate lock, so that one that is being made is seen.
   *
   * @param writing whether only those for writing count
   * @throws PinnedException there is one
   */
  public void ensureNotPinned(boolean writing) throws PinnedException {
    pins.ensureNone(writing);
  }

  /**
   * From now on stores fail, or are possible again. Takes the invalidate lock. When it has returned
   * nothing is stored through a mapping any more, and what was stored is known to {@link
   * #writeback}. Not so for pins, see {@link #pin}.
   */
  public void setReadOnly(boolean readOnly) {
    if (!readOnly) {
      become(false);
    } else if (refuseStores() && !frames.isClosed()) {
      frames.quarantine().turnOver();
    }
  }

  /**
   * As {@link #setReadOnly}, but that stores which are under way are only over after the next
   * {@link Quarantine#turnOver}: of many files, which need no more than one.
   *
   * @return whether there may be any
   */
  public boolean refuseStores() {
    become(true);
    if (!hasMappings()) {
      return false;
    }
    // Every fault that began before has shown what it found; later ones find it read-only.
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

  public boolean readOnly() {
    return file.isReadOnly();
  }

  public InvalidateLock invalidateLock() {
    return invalidateLock;
  }

  public FrameSpace frames() {
    return frames;
  }

  public String name() {
    return file.name;
  }

  /**
   * Offset in the file of the first byte of data, or of none, in {@code [from, end)} and in the
   * file; where the shorter of both ends counts as a hole; −1: there is none. Unwritten extents are
   * holes.
   */
  public long seek(long from, long end, boolean data) throws IOException {
    return ExtentSearch.first(file, from, end, data);
  }

  /** Walks all mappings for the page counts. */
  public AddressSpaceStatistics statistics() {
    return Totals.of(file, pins.count());
  }

  /**
   * Closes all mappings and forgets all entries. What is dirty is not flushed: {@link #writeback}
   * comes first.
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

  /** As {@link #close}, for who has the invalidate lock exclusively and knows of no pin. */
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

  Writeback writebacks() {
    return writeback;
  }

  DirtyEntries dirtyEntries() {
    return dirtyEntries;
  }

  RetiredMappings retired() {
    return retired;
  }
}
