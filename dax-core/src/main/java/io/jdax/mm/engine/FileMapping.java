package io.jdax.mm.engine;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.MappingStatistics;
import io.jdax.mm.Sharing;
import io.jdax.os.AccessFault;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What {@link AddressSpace#map} makes: a mapping and its page table, marks and private frames. The
 * accessors are in the classes that it extends; here are their slow path, the life of the mapping,
 * and what the engine does to it. Its contract is {@link DaxMapping}'s.
 */
public final class FileMapping extends BulkAccess {
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

  FileMapping(
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

  @Override
  public long sizeBytes() {
    return Pages.bytes(pageCount);
  }

  @Override
  public long firstPage() {
    return firstPage;
  }

  @Override
  public long pageCount() {
    return pageCount;
  }

  @Override
  public Sharing sharing() {
    return sharing;
  }

  @Override
  public boolean sync() {
    return sync;
  }

  @Override
  public HolePolicy holes() {
    return holes;
  }

  AddressSpace addressSpace() {
    return space;
  }

  @Override
  public boolean isOpen() {
    return memory.isOpen();
  }

  @Override
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

  @Override
  public void force() throws IOException {
    persist(0, sizeBytes());
  }

  @Override
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

  @Override
  public long nextData(long offset) throws IOException {
    return seek(offset, true);
  }

  @Override
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

  @Override
  public MappingStatistics statistics() {
    return pages.statistics();
  }

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
