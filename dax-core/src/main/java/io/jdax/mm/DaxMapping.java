package io.jdax.mm;

import io.jdax.cache.WritebackErrors;
import io.jdax.os.StackRoom;
import io.jdax.region.AccessFault;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * other side of a copy, or that met an ordered load of memory which could be loaded from again when
 * it was looked at, is thrown as it is.
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
  private final MappedPages pages;
  private final MappingMemory memory;
  private final WritebackErrors.@Nullable Handle errors;

  /** Whether it has been let go of, but for what waits until it is quiet. */
  private final AtomicBoolean left = new AtomicBoolean();

  private final Closing closing;

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
    this.memory = new MappingMemory(frames, table, sharing);
    this.pages = new MappedPages(this, memory);
    WritebackErrors background = space.mapper().errors();
    this.errors = background == null ? null : background.handle();
    this.closing = new Closing(frames.unfinishedCloses(), this::leave);
  }

  /** Whole pages: what was asked for, rounded up. */
  @Override
  public long sizeBytes() {
    return Pages.bytes(pageCount);
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
   * only, unless other mappings stored to new pages.
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
    return memory.isOpen();
  }

  /**
   * Makes durable what was stored to a range through any mapping of the file, with all metadata
   * that is needed to read it back. Flushes dirty pages only, and waits neither for readers nor for
   * storing threads; a store that races with it is either included or stays dirty. A private
   * mapping does it for the stores of others; nothing of its own is ever durable.
   */
  public void persist(long offset, long length) throws IOException {
    Objects.checkFromIndexSize(offset, length, sizeBytes());
    AccessFault.enter(StackRoom.FILE_SYSTEM);
    ensureOpen();
    space.writeback(Pages.bytes(firstPage) + offset, length);
    // Of a SYNC mapping too: its own stores found all durable, those of others need not have.
    space.mapper().commit();
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
    AccessFault.enter(StackRoom.ENGINE);
    Objects.checkFromIndexSize(offset, length, sizeBytes());
    PageTable table = memory.hold();
    if (table == null) {
      throw closedException();
    }
    try {
      for (long at = offset; at < offset + length; at = Pages.endOf(at)) {
        boolean present = store ? table.writable(Pages.of(at)) : table.pfn(Pages.of(at)) != 0;
        if (!present || !isOpen()) {
          miss(at, 1, store);
        }
      }
    } finally {
      memory.letGo();
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
    long base = Pages.bytes(firstPage);
    long at = space.seek(base + Math.max(0, offset), base + sizeBytes(), data);
    return at < 0 ? -1 : at - base;
  }

  public MappingStatistics statistics() {
    return pages.statistics();
  }

  /**
   * Ends the view: accesses throw {@link IllegalStateException} from now on, also those of other
   * threads. What was stored stays, dirty as it is; {@link AddressSpace#writeback} still knows of
   * it. A second call does nothing. Where an error ends the call, the mapping is closed all the
   * same; what it could not give back is given back by a second call, or by whoever closes or maps
   * next.
   *
   * <p>When it returns, no thread stores through the mapping any more, however tight its loop: if
   * anybody could, the call waits for a turn-over of the epoch, tens of microseconds, more where
   * more threads run than there are processors. Closing many at a time, {@link AddressSpace#close}
   * waits once. Where nothing was ever shown for stores it does not wait; another thread's loop of
   * loads may go on for some milliseconds then, and sees the file as it was.
   */
  @Override
  public void close() {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    try {
      AccessFault.deliver();
    } finally {
      unmap(); // also when an error of an earlier access comes now: nobody calls twice
    }
    frames.unfinishedCloses().goOn();
  }

  /** All of a close, but for others' that are unfinished; locks may be held. */
  void unmap() {
    end();
    try {
      closing.run();
    } catch (IOException e) {
      throw new AssertionError("nothing is written", e);
    }
    space.retired().sweepMany();
  }

  private void leave() {
    frames.awaitClosed(lastStores());
    if (!left.compareAndSet(false, true)) {
      return;
    }
    boolean done = false;
    try {
      frames.unregister(this);
      space.unmapped(this);
      done = true;
    } finally {
      left.set(done);
    }
    space.mapper().released();
  }

  /** The first half of a close: no access begins any more. */
  void end() {
    pages.close();
  }

  /** The last epoch in which a thread may store through it, after {@link #end}; −1 for none. */
  long lastStores() {
    return memory.hasMarks() ? memory.closedIn() : -1;
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
        + (isOpen() ? "]" : ", closed]");
  }

  // ---------------------------------------------------------------- the accessors' slow path

  @Override
  void miss(long offset, int bytes, boolean store) throws IOException {
    AccessFault.deliver(); // what an earlier access owes is not to come while locks are held
    ensureOpen();
    Objects.checkFromIndexSize(offset, bytes, sizeBytes());
    // The last page first: if the file ends before it, a private mapping is not to have made a copy
    // of the others, which would no longer show what is written to the file.
    long first = firstPage + Pages.of(offset);
    for (long page = firstPage + Pages.of(offset + bytes - 1); page >= first; page--) {
      space.faults().fault(this, page, page == first ? Pages.within(offset) : 0, store);
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
    for (long at = offset; bad < 0 && at < offset + bytes; at = Pages.endOf(at)) {
      long pfn = shown(Pages.of(at));
      known &= pfn != 0;
      if (pfn != 0
          && AccessFault.isUnbacked(frames.raw(), Pages.bytes(pfn) + Pages.within(at), 1)) {
        bad = Pages.bytes(pfn) + Pages.within(at);
        badBytes = Math.min(Pages.endOf(at), offset + bytes) - at;
      }
    }
    if (bad < 0 && known && !store) {
      throw error;
    }
    return bad < 0
        ? mediaError(shown(Pages.of(offset)), Pages.within(offset), bytes, error)
        : frames.region().mediaError(bad, badBytes, error);
  }

  @Override
  void leave(Generation generation) {
    ensureOpen();
    if (!pages.leaveSealed()) {
      throw closedException();
    }
  }

  /** What a page shows; 0 for nothing, or when nobody can tell any more. */
  private long shown(long page) {
    PageTable table = memory.hold();
    if (table == null) {
      return 0;
    }
    try {
      return table.pfn(page);
    } finally {
      memory.letGo();
    }
  }

  /** What an access to a frame met, in the region's words. */
  MediaErrorException mediaError(long pfn, int inPage, long bytes, Throwable cause) {
    boolean media = pfn != 0 && frames.isMedia(pfn);
    return frames.region().mediaError(media ? Pages.bytes(pfn) + inPage : -1, bytes, cause);
  }

  private void ensureOpen() {
    if (!isOpen()) {
      throw closedException();
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

  /** What it shows, for who changes that. */
  MappedPages pages() {
    return pages;
  }

  /** {@link MappedPages#moveTo}. */
  void moveTo(Epoch epoch) {
    pages.moveTo(epoch);
  }

  /** Pages that store faults of this mapping have made written. */
  long mkwrites() {
    return pages.mkwrites();
  }

  /** {@link MappedPages#replaceZero}. */
  void replaceZero(long page, long pfn) {
    pages.replaceZero(page, pfn);
  }

  /** {@link MappedPages#drop}. */
  long drop(long page, long count, PageTable.Filter which) {
    return pages.drop(page, count, which);
  }

  /** Who may look at its table, and until when. */
  MappingMemory memory() {
    return memory;
  }

  /** For tests, of a mapping that is open: nobody else asks without {@link #memory}. */
  PageTable table() {
    return Objects.requireNonNull(memory.open(), "closed");
  }
}
