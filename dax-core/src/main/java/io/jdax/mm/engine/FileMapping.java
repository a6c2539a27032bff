package io.jdax.mm.engine;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.MappingStatistics;
import io.jdax.mm.Sharing;
import io.jdax.os.AccessFault;
import io.jdax.os.NativeStubs;
import io.jdax.os.Pages;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The mapping that {@link AddressSpace#map} makes, as its user holds it. The accessors are in the
 * classes that it extends; their slow path is here, with all else that a {@link
 * io.jdax.mm.DaxMapping} can be asked. The engine knows the {@link MappedArea} below it.
 */
public final class FileMapping extends BulkAccess {
  private final Mappings owner;
  private final MappedFile file;
  private final FrameSpace frames;
  private final Faults faults;
  private final MappingFacts facts;
  private final MappedArea area;
  private final MappingMemory memory;
  private final WritebackErrors.@Nullable Handle errors;

  FileMapping(Mappings owner, MappingFacts facts, PageTable table, Epoch epoch) {
    super(new Generation(table, epoch));
    this.owner = owner;
    this.file = owner.file;
    this.frames = file.frames;
    this.faults = owner.faults;
    this.facts = facts;
    this.area = new MappedArea(frames, facts, table, this, owner);
    this.memory = area.memory;
    WritebackErrors background = file.mapper.errors();
    this.errors = background == null ? null : background.handle();
  }

  @Override
  public long sizeBytes() {
    return Pages.bytes(facts.pageCount());
  }

  @Override
  public long firstPage() {
    return facts.firstPage();
  }

  @Override
  public long pageCount() {
    return facts.pageCount();
  }

  @Override
  public Sharing sharing() {
    return facts.sharing();
  }

  @Override
  public boolean sync() {
    return facts.sync();
  }

  @Override
  public HolePolicy holes() {
    return facts.holes();
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
    owner.writeback.run(Pages.bytes(facts.firstPage()) + offset, length);
    // Of a SYNC mapping as well: its own stores found all durable, but those of other mappings need
    // not have.
    file.mapper.commit();
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
        boolean present = store ? table.isWritable(Pages.of(at)) : table.pfn(Pages.of(at)) != 0;
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
    long base = Pages.bytes(facts.firstPage());
    long at = ExtentSearch.first(file, base + Math.max(0, offset), base + sizeBytes(), data);
    return at < 0 ? -1 : at - base;
  }

  @Override
  public MappingStatistics statistics() {
    return area.pages.statistics();
  }

  @Override
  public void close() {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    try {
      AccessFault.deliver();
    } finally {
      owner.unmap(area); // also if an error of an earlier access comes now: nobody calls twice
    }
    frames.unfinishedCloses().goOn();
  }

  @Override
  public String toString() {
    return "DaxMapping["
        + file.name
        + ", pages "
        + facts.firstPage()
        + " +"
        + facts.pageCount()
        + ", "
        + facts.sharing()
        + (facts.sync() ? ", sync" : "")
        + (isOpen() ? "]" : ", closed]");
  }

  // ---------------------------------------------------------------- the accessors' slow path

  @Override
  void miss(long offset, int bytes, boolean store) throws IOException {
    AccessFault.deliver(); // so that the error of an earlier access does not come under a lock
    ensureOpen();
    Objects.checkFromIndexSize(offset, bytes, sizeBytes());
    // The last page first. If the file ends before it, a private mapping must not have made copies
    // of the others, which would no longer show what is written to the file.
    long first = facts.firstPage() + Pages.of(offset);
    for (long page = facts.firstPage() + Pages.of(offset + bytes - 1); page >= first; page--) {
      faults.fault(area, page, page == first ? Pages.within(offset) : 0, store);
    }
  }

  @Override
  void failed(Throwable thrown, Generation g, long offset, long bytes, boolean store)
      throws IOException {
    if (thrown instanceof InternalError error) {
      IOException ours = loadError(error, offset, bytes);
      if (ours != null) {
        throw ours;
      }
      if (store) {
        storeNothing(offset);
      }
      throw error;
    }
    if (thrown instanceof IndexOutOfBoundsException) {
      return; // the slow path, which comes next, says which bytes the mapping has
    }
    g.epoch.forgetInterrupt();
    moveOn(g);
  }

  /**
   * What an InternalError in the middle of an access says of the mapping. It may be owed to an
   * earlier access of anything, or to the other side of a copy.
   *
   * @return null if none of the frames that are shown is known to be at fault
   */
  private @Nullable IOException loadError(InternalError error, long offset, long bytes) {
    for (long at = offset; at < offset + bytes; at = Pages.endOf(at)) {
      long pfn = shown(Pages.of(at));
      long bad = Pages.bytes(pfn) + Pages.within(at);
      if (pfn != 0 && AccessFault.isUnbacked(frames.raw(), bad, 1)) {
        long badBytes = Math.min(Pages.endOf(at), offset + bytes) - at;
        return frames.region().mediaError(bad, badBytes, error);
      }
    }
    return null;
  }

  @Override
  IOException storeFailed(InternalError error, long offset, long bytes) {
    IOException load = loadError(error, offset, bytes);
    return load != null
        ? load // else it is the store alone that fails, since it needs a block
        : frames.mediaError(shown(Pages.of(offset)), Pages.within(offset), bytes, error);
  }

  /**
   * Returns only if the page can be stored to. A store may fail where a load does not, and a plain
   * one doesn't know that an error is its own; an ordered one does. Without stubs it isn't tried,
   * since there a compare-and-set that fails can end the JVM.
   *
   * @throws IOException the page can't be stored to
   */
  private void storeNothing(long offset) throws IOException {
    if (NativeStubs.loaded()) {
      long word = offset & -Long.BYTES;
      long value = getLongVolatile(word);
      compareAndSetLong(word, value, value);
    }
  }

  @Override
  void moveOn(Generation generation) {
    ensureOpen();
    if (!area.pages.moveOnFromSealed()) {
      throw closedException();
    }
  }

  /**
   * The frame that a page of the mapping shows, or 0 if it shows none, or nobody can tell any more.
   */
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

  private void ensureOpen() {
    if (!isOpen()) {
      throw closedException();
    }
  }

  private IllegalStateException closedException() {
    return new IllegalStateException("the mapping of file " + file.name + " is closed");
  }

  /** The engine's side of it. */
  MappedArea area() {
    return area;
  }

  /** The table of a mapping that is open, for tests. All others ask {@link MappingMemory}. */
  PageTable table() {
    synchronized (memory.lock) {
      return Objects.requireNonNull(memory.tableIfOpen(), "closed");
    }
  }
}
