package io.jdax.mm;

import io.jdax.cache.WritebackErrors;
import io.jdax.region.AccessFault;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One view of a file: bytes that are loaded and stored where they lie, checked. Made by {@link
 * AddressSpace#map}.
 *
 * <p>Accessors fault explicitly and throw typed exceptions, all under {@link IOException}: {@link
 * BeyondEndException}, {@link HoleException}, {@link ReadOnlyMappingException}, {@link
 * io.jdax.region.MediaErrorException}, and what the file system's {@link BlockMapper} throws when
 * it has no space. Outside of the mapping: {@link IndexOutOfBoundsException}. After {@link #close}:
 * {@link IllegalStateException}. A failed access has changed nothing, but bulk ones may have done a
 * prefix.
 *
 * <p>Media that fails under a page that is shown already is the one thing that plain accesses of
 * single values do not check for: compiled, they may return first, and the thread gets the JVM's
 * own {@link InternalError} right behind: in its own code, or at the entry of the next call that
 * takes its time. Ordered stores, compare-and-set, bulk accesses and {@link #persist} always say it
 * in their own words. An InternalError that is about other memory than the mapping's, such as the
 * other side of a copy, is thrown as it is.
 *
 * <p>What a thread may rely on that has seen a value which another thread stored: an ordered store,
 * a compare-and-set or a bulk copy is durable, and so is all that its thread had stored before it,
 * when a {@link #persist} returns that was called after the value was seen. A plain store is, if
 * something orders it before the persist: an ordered store and load, a lock, a thread's start or
 * end. What is merely seen of a racing plain store may still be on its way to being counted dirty.
 *
 * <p>Interrupts: accesses do not wait, so they do not look at the thread's interrupt flag. One that
 * comes within the microseconds in which frames that were taken away are made unreachable, and
 * meets a thread just in the middle of a load or a plain store, can be lost. That is very rare, not
 * impossible; who stops threads by interrupts also has a flag of its own.
 *
 * <p>Any thread may use it. A stored byte is visible to other threads and mappings as by ordinary
 * memory, and durable after {@link #persist}.
 */
public final class DaxMapping extends BulkAccess implements AutoCloseable {
  private final AddressSpace space;
  private final FrameSpace frames;
  private final long id;
  private final long firstPage;
  private final long pageCount;
  private final Sharing sharing;
  private final boolean sync;
  private final HolePolicy holes;
  private final PageTable table;
  private final WritebackErrors.@Nullable Handle errors;

  /** Guards changes of the table and of the generation. */
  private final Object lock = new Object();

  private volatile boolean closed;
  private volatile Epoch closedIn;
  private long loadFaults;
  private long storeFaults;
  private long mkwrites;
  private long privateCopies;

  DaxMapping(
      AddressSpace space,
      long firstPage,
      long pageCount,
      Sharing sharing,
      boolean sync,
      HolePolicy holes,
      PageTable table,
      Epoch epoch) {
    super(new Generation(table, epoch));
    this.space = space;
    this.frames = space.frames();
    this.id = frames.nextId();
    this.firstPage = firstPage;
    this.pageCount = pageCount;
    this.sharing = sharing;
    this.sync = sync;
    this.holes = holes;
    this.table = table;
    this.closedIn = epoch;
    WritebackErrors background = space.mapper().errors();
    this.errors = background == null ? null : background.handle();
  }

  /** Whole pages: what was asked for, rounded up. */
  @Override
  public long sizeBytes() {
    return pageCount << 12;
  }

  /** First page of the file that it shows. */
  public long firstPage() {
    return firstPage;
  }

  public long pageCount() {
    return pageCount;
  }

  public Sharing sharing() {
    return sharing;
  }

  /**
   * Metadata is durable before a store can happen, so that {@link #persist} flushes cache lines
   * only.
   */
  public boolean sync() {
    return sync;
  }

  public HolePolicy holes() {
    return holes;
  }

  public AddressSpace addressSpace() {
    return space;
  }

  public boolean isOpen() {
    return !closed;
  }

  /**
   * Makes durable what was stored to a range through any mapping of the file, with all metadata
   * that is needed to read it back. Flushes dirty pages only, and waits neither for readers nor for
   * storing threads; a store that races with it is either included or stays dirty. Nothing of a
   * private mapping is ever durable.
   */
  public void persist(long offset, long length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sizeBytes());
    AccessFault.deliver();
    if (closed) {
      throw closedException();
    }
    if (sharing == Sharing.PRIVATE) {
      return;
    }
    space.writeback((firstPage << 12) + offset, length);
    if (!sync) {
      space.mapper().commit();
    }
    if (errors != null) {
      errors.check();
    }
  }

  /** {@link #persist} of all of it. */
  public void force() throws IOException {
    persist(0, sizeBytes());
  }

  /**
   * Makes the pages of a range present (MAP_POPULATE), so that later accesses find them: for stores
   * if {@code store}, which allocates. They may be taken away again by others.
   */
  public void populate(long offset, long length, boolean store) throws IOException {
    AccessFault.deliver();
    Objects.checkFromIndexSize(offset, length, sizeBytes());
    for (long at = offset; at < offset + length; at = (at | 4095) + 1) {
      boolean present = store ? table.writable(at >>> 12) : table.pfn(at >>> 12) != 0;
      if (!present || closed) {
        miss(at, 1, store);
      }
    }
  }

  /**
   * Offset in the mapping of the first byte of data at or after {@code offset}; −1 when there is
   * none (SEEK_DATA).
   */
  public long nextData(long offset) throws IOException {
    return seek(offset, true);
  }

  /**
   * Offset of the first byte of a hole, unwritten extents included, at or after {@code offset}; the
   * end counts as one, −1 at or beyond it.
   */
  public long nextHole(long offset) throws IOException {
    return seek(offset, false);
  }

  private long seek(long offset, boolean data) throws IOException {
    if (offset >= sizeBytes()) {
      return -1;
    }
    long base = firstPage << 12;
    long at = space.seek(base + Math.max(0, offset), base + sizeBytes(), data);
    return at < 0 ? -1 : at - base;
  }

  public MappingStatistics statistics() {
    synchronized (lock) {
      return new MappingStatistics(
          loadFaults,
          storeFaults,
          privateCopies,
          closed ? 0 : table.count(0, Long.MAX_VALUE),
          closed ? 0 : table.count(frames.zeroPfn(), frames.zeroPfn() + FrameSpace.ZERO_FRAMES));
    }
  }

  /**
   * Ends the view: accesses throw from now on, also those of other threads. What was stored stays,
   * dirty as it is; {@link AddressSpace#writeback} still knows of it.
   */
  @Override
  public void close() {
    try {
      AccessFault.deliver();
    } finally {
      unmap(); // also when an error of an earlier access comes now: nobody calls twice
    }
  }

  private void unmap() {
    FrameList copies = new FrameList();
    synchronized (lock) {
      if (closed) {
        return;
      }
      closedIn = frames.epoch(); // before closed: isQuiet() asks without the lock
      closed = true;
      publish(new Generation(PageTable.NONE, closedIn));
      if (sharing == Sharing.PRIVATE) {
        table.drop(
            0, pageCount, (page, pfn) -> copies.addIf(frames.privateFrames().owns(pfn), pfn));
      }
    }
    frames.unregister(this);
    copies.quarantine(frames);
    space.unmapped(this);
    space.mapper().released();
  }

  @Override
  public String toString() {
    return "DaxMapping["
        + space.name()
        + ", pages "
        + firstPage
        + " +"
        + pageCount
        + ", "
        + sharing
        + (sync ? ", sync" : "")
        + (closed ? ", closed]" : "]");
  }

  // ---------------------------------------------------------------- the accessors' slow path

  @Override
  void miss(long offset, int bytes, boolean store) throws IOException {
    AccessFault.deliver();
    if (closed) {
      throw closedException();
    }
    Objects.checkFromIndexSize(offset, bytes, sizeBytes());
    // The last page first: if the file ends before it, a private mapping is not to have made a copy
    // of the others, which would no longer show what is written to the file.
    long first = firstPage + (offset >>> 12);
    for (long page = firstPage + ((offset + bytes - 1) >>> 12); page >= first; page--) {
      space.faults().fault(this, page, page == first ? (int) (offset & 4095) : 0, store);
    }
  }

  @Override
  void failed(Throwable thrown, Generation g, long offset, long bytes, boolean store)
      throws IOException {
    if (thrown instanceof InternalError error) {
      throw memoryError(error, offset, bytes, store);
    }
    if (thrown instanceof IndexOutOfBoundsException) {
      return; // who asks again, slowly, is told which bytes the mapping has
    }
    g.epoch.forgetInterrupt();
    leave(g);
  }

  /**
   * An InternalError came in the middle of an access. It may be owed to an earlier access of
   * anything, or to the other side of a copy. A store may fail where a load does not: it needs a
   * block.
   *
   * @throws InternalError the range can be loaded from, and that is all that was wanted
   */
  private IOException memoryError(InternalError error, long offset, long bytes, boolean store) {
    long bad = -1;
    long badBytes = 0;
    boolean known = true;
    for (long at = offset; bad < 0 && at < offset + bytes; at = (at | 4095) + 1) {
      long pfn = table.pfn(at >>> 12);
      known &= pfn != 0;
      if (pfn != 0 && AccessFault.isUnbacked(frames.raw(), (pfn << 12) + (at & 4095), 1)) {
        bad = (pfn << 12) + (at & 4095);
        badBytes = Math.min((at | 4095) + 1, offset + bytes) - at;
      }
    }
    if (bad < 0 && known && !store) {
      throw error;
    }
    long pfn = table.pfn(offset >>> 12);
    long first = pfn == 0 || pfn >= frames.zeroPfn() ? -1 : (pfn << 12) + (offset & 4095);
    return bad < 0
        ? frames.region().mediaError(first, bytes, error)
        : frames.region().mediaError(bad, badBytes, error);
  }

  @Override
  void leave(Generation generation) {
    if (closed) {
      throw closedException();
    }
    synchronized (lock) {
      // The reclaimer moves all mappings, but may have missed one that was made meanwhile.
      if (!closed && current().epoch.sealed()) {
        Epoch now = frames.epoch();
        if (now.sealed()) {
          throw closedException();
        }
        publish(new Generation(table, now));
      }
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("the mapping of file " + space.name() + " is closed");
  }

  // ---------------------------------------------------------------- for the engine; pages are
  // those of the file

  long id() {
    return id;
  }

  /**
   * Whether the 2 MiB around a page lie in the mapping, at the same place in 2 MiB as in the file.
   */
  boolean coversSlotOf(long page) {
    long first = page & -PageTable.PAGES;
    return firstPage % PageTable.PAGES == 0
        && first >= firstPage
        && first + PageTable.PAGES <= firstPage + pageCount;
  }

  /** Shows a page that a store fault of this mapping has made written. */
  void showMade(long page, long pfn) throws IOException {
    synchronized (lock) {
      mkwrites++;
      storeFaults++;
      if (!closed) {
        showInSlot(page - firstPage, 1, pfn, true);
      }
    }
  }

  /** Pages that store faults of this mapping have made written. */
  long mkwrites() {
    synchronized (lock) {
      return mkwrites;
    }
  }

  /** Installs translations for pages that the mapping has, one by one slot of its own table. */
  void show(long page, long count, long pfn, boolean writable, boolean forStore)
      throws IOException {
    synchronized (lock) {
      if (forStore) {
        storeFaults++;
      } else {
        loadFaults++;
      }
      long at = page - firstPage;
      long done = 0;
      while (!closed && done < count) {
        long n = Math.min(count - done, PageTable.PAGES - (at + done) % PageTable.PAGES);
        showInSlot(at + done, n, pfn + done, writable);
        done += n;
      }
    }
  }

  /** Private copies are not covered up. */
  private void showInSlot(long at, long count, long pfn, boolean writable) throws IOException {
    table.prepare(at);
    if (sharing != Sharing.PRIVATE) {
      table.install(at, count, pfn, writable);
      changed();
      return;
    }
    for (long i = 0, run = 0; i <= count; i++) {
      if (i == count || frames.privateFrames().owns(table.pfn(at + i))) {
        if (i > run) {
          table.install(at + run, i - run, pfn + run, writable);
        }
        run = i + 1;
      }
    }
    changed();
  }

  /** The table was changed: accesses are to know, if it is more than some words. */
  private void changed() {
    Generation now = current();
    if (!closed && !now.isCurrent()) {
      publish(new Generation(table, now.epoch));
    }
  }

  void replaceZero(long page, long pfn) {
    synchronized (lock) {
      if (frames.isZero(table.pfn(page - firstPage))) {
        table.install(page - firstPage, 1, pfn, false);
        changed();
      }
    }
  }

  /** Takes translations out of a range of the file; returns how many. */
  long drop(long page, long count, PageTable.Filter which) {
    long first = Math.max(page, firstPage);
    long last =
        Math.min(
            count > Long.MAX_VALUE - page ? Long.MAX_VALUE : page + count, firstPage + pageCount);
    if (first >= last) {
      return 0;
    }
    synchronized (lock) {
      long dropped =
          table.drop(first - firstPage, last - first, (p, pfn) -> which.drop(p + firstPage, pfn));
      changed();
      return dropped;
    }
  }

  boolean hasPrivate(long page) {
    synchronized (lock) {
      return closed || frames.privateFrames().owns(table.pfn(page - firstPage));
    }
  }

  /** Copies a frame to another. */
  interface FrameCopy {
    void copy(long from, long to) throws IOException;
  }

  /**
   * Puts a private, writable copy of what a page shows in its place; false when it shows nothing,
   * or has a copy.
   */
  boolean replaceByCopy(long page, long copy, FrameCopy how) throws IOException {
    synchronized (lock) {
      long shown = table.pfn(page - firstPage);
      if (closed || shown == 0 || frames.privateFrames().owns(shown)) {
        return false;
      }
      how.copy(shown, copy);
      table.install(page - firstPage, 1, copy, true);
      changed();
      privateCopies++;
      storeFaults++;
      return true;
    }
  }

  /** Follows the frame space into the next epoch. */
  void moveTo(Epoch epoch) {
    synchronized (lock) {
      if (!closed) {
        publish(new Generation(table, epoch));
      }
    }
  }

  /**
   * Whether all stores through it are made, and marked. The first closed epoch says that none can
   * begin; but a thread that runs in the interpreter may be stopped by that very handshake between
   * its store and the mark. It gets to its next instruction, at the latest, before the handshake
   * after that.
   */
  boolean isQuiet() {
    return closed && frames.closedEpoch() > closedIn.number;
  }

  PageTable table() {
    return table;
  }
}
