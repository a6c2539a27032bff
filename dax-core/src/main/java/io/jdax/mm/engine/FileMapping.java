package io.jdax.mm.engine;

import io.jdax.mm.HolePolicy;
import io.jdax.mm.MappingStatistics;
import io.jdax.mm.Sharing;
import io.jdax.os.AccessFault;
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
      throw memoryError(error, offset, bytes, store);
    }
    if (thrown instanceof IndexOutOfBoundsException) {
      return; // the slow path, which comes next, says which bytes the mapping has
    }
    g.epoch.forgetInterrupt();
    moveOn(g);
  }

  /**
   * Says what an InternalError in the middle of an access is about. It may be owed to an earlier
   * access of anything, or to the other side of a copy. A store may fail where a load does not,
   * since it needs a block.
   *
   * @throws InternalError the range can be loaded from, and no store was wanted
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
        ? frames.mediaError(shown(Pages.of(offset)), Pages.within(offset), bytes, error)
        : frames.region().mediaError(bad, badBytes, error);
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
