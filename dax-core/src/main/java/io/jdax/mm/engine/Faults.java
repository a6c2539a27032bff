package io.jdax.mm.engine;

import io.jdax.mm.ExtentState;
import io.jdax.mm.HoleException;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.ReadOnlyMappingException;
import io.jdax.mm.Sharing;
import java.io.IOException;

/**
 * The fault handler of one address space (dax_iomap_fault): generic; what differs per file system
 * is {@link BlockMapper}.
 *
 * <pre>
 *   load   entry locked -> map(): hole or unwritten -> ZERO entry, zero frame, never writable
 *                                 written           -> the whole run within 2 MiB, writable at once if the mapping may
 *   store  entry locked -> map(): hole or unwritten -> mkwrite(), ZERO -> block in all mappings, then writable here
 *                                 written           -> as above
 *                                 partial           -> shown read-only by a load; a store has mkwrite() complete it
 *          private: the page is shown first, then copied to DRAM
 * </pre>
 *
 * <p>A written page is shown writable before anybody stores to it, since dirty bytes tell what to
 * flush, and not protection. SYNC mappings get nothing writable before the metadata is durable.
 */
final class Faults {
  private static final int PAGES = PageTable.PAGES;
  private static final ThreadLocal<PageRun> CURSOR = ThreadLocal.withInitial(PageRun::new);

  private final MappedFile file;
  private final FrameSpace frames;
  private final BlockMapper mapper;
  private final Entries entries;

  Faults(MappedFile file) {
    this.file = file;
    this.frames = file.frames;
    this.mapper = file.mapper;
    this.entries = file.entries;
  }

  /**
   * Makes a page of the file present in a mapping. By the time the caller looks, it may be gone
   * again.
   *
   * @param byteAt the byte of the page that is about to be accessed
   * @param store whether to show it for stores
   */
  void fault(MappedArea area, long page, int byteAt, boolean store) throws IOException {
    FaultEvent event = FaultEvent.begun();
    boolean done = false;
    while (!done) {
      try {
        faultLocked(area, page, byteAt, store);
        done = true;
      } catch (FrameShortage e) {
        e.await();
      }
    }
    if (event != null) {
      event.finish(file.name, page, store);
    }
  }

  private void faultLocked(MappedArea area, long page, int byteAt, boolean store)
      throws IOException {
    long stamp = file.invalidateLock.lockShared();
    try {
      file.ensureOpen();
      long end = file.endPage();
      if (page >= end) {
        throw file.beyondEnd(page);
      }
      if (!store) {
        load(area, page, end);
      } else if (area.facts.sharing() == Sharing.PRIVATE) {
        copyOnWrite(area, page, end);
      } else {
        if (area.facts.sharing() == Sharing.READ_ONLY || file.isReadOnly()) {
          throw new ReadOnlyMappingException(
              file.regionName(),
              file.name,
              page,
              area.facts.sharing() == Sharing.READ_ONLY
                  ? "the mapping is read-only"
                  : "the file is read-only");
        }
        store(area, page, byteAt, end);
      }
    } finally {
      file.invalidateLock.unlockShared(stamp);
    }
  }

  // ---------------------------------------------------------------- load

  private void load(MappedArea area, long page, long end) throws IOException {
    boolean huge = area.facts.coversSlotOf(page) && (page | PAGES - 1) < end;
    while (!load(area, page, end, huge)) {
      huge = false; // fall back from 2 MiB to a page
    }
  }

  /** Makes one attempt. Returns false if the entry of 2 MiB does not fit what the mapper says. */
  private boolean load(MappedArea area, long page, long end, boolean huge) throws IOException {
    long at = entries.lock(page, huge);
    long next = Entries.UNREAD;
    try {
      long entry = Chunks.get(at);
      next = entry;
      PageRun run = CURSOR.get();
      mapper.find(page, Intent.LOAD, run);
      assert run.covers(page, 1);
      boolean hole = run.state != ExtentState.WRITTEN;
      if (hole && area.facts.holes() == HolePolicy.MARKER) {
        throw holeException(page);
      }
      if (Entry.is(entry, Entry.HUGE)) {
        if (Entry.is(entry, Entry.EMPTY) && !run.covers(page & -PAGES, PAGES)) {
          return false;
        }
        if (Entry.is(entry, Entry.ZERO) && !hole) {
          dropHugeZero(page); // a write() has put a block there, and is about to publish it
          next = Entry.EMPTY;
          return false;
        }
      }
      next = hole ? showZeros(area, page, entry) : showBlock(area, page, end, run, entry, false);
      return true;
    } finally {
      Entries.unlock(at, next);
    }
  }

  /** Shows the zero frames, and returns an entry that says so (dax_load_hole). */
  private long showZeros(MappedArea area, long page, long entry) throws IOException {
    long bits = Entry.ZERO | entry & Entry.HUGE;
    if (Entry.is(entry, Entry.HUGE) && area.facts.coversSlotOf(page)) {
      area.pages.show(page & -PAGES, PAGES, frames.zeroPfn(), false, false);
    } else {
      area.pages.show(page, 1, frames.zeroPfn(), false, false);
    }
    return Entry.of(frames.zeroPfn(), bits);
  }

  /**
   * Shows a written page, and the pages around it that belong to the same run.
   *
   * @param stored whether a store fault asks
   * @return the entry as it is to be from now on
   */
  private long showBlock(
      MappedArea area, long page, long end, PageRun run, long entry, boolean stored)
      throws IOException {
    long pfn = run.pfnOf(page);
    long slotFirst = page & -PAGES;
    long marks = entry & (Entry.DIRTY | Entry.TOWRITE);
    long next =
        Entry.is(entry, Entry.HUGE)
            ? Entry.of(run.pfnOf(slotFirst), marks | Entry.HUGE)
            : Entry.of(pfn, marks);
    if (Entry.is(entry, Entry.ZERO)) {
      replaceZeros(page, pfn);
    }
    boolean writable = area.facts.sharing() == Sharing.SHARED && !file.isReadOnly() && !run.partial;
    if (area.facts.sync() && writable) {
      if (stored) {
        mapper.commit(); // durable before a store can happen
      } else {
        writable = false;
      }
    }
    long first = Math.max(Math.max(run.firstPage, slotFirst), area.facts.firstPage());
    long last =
        Math.min(Math.min(run.endPage(), slotFirst + PAGES), Math.min(area.facts.endPage(), end));
    if (Entry.is(entry, Entry.HUGE)) {
      area.pages.show(first, last - first, run.pfnOf(first), writable, stored);
      return next;
    }
    // Pages around it whose entries say something else, or are locked, are left to their own
    // faults.
    long from = page;
    while (from > first && entries.offer(from - 1, run.pfnOf(from - 1))) {
      from--;
    }
    long to = page + 1;
    while (to < last && entries.offer(to, run.pfnOf(to))) {
      to++;
    }
    area.pages.show(from, to - from, run.pfnOf(from), writable, stored);
    return next;
  }

  // ---------------------------------------------------------------- store

  private void store(MappedArea area, long page, int byteAt, long end) throws IOException {
    boolean huge = area.facts.coversSlotOf(page) && (page | PAGES - 1) < end;
    while (!store(area, page, byteAt, end, huge)) {
      huge = false;
    }
  }

  private boolean store(MappedArea area, long page, int byteAt, long end, boolean huge)
      throws IOException {
    PageRun run = CURSOR.get();
    long at = lockForStore(page, huge);
    long next = Entries.UNREAD;
    try {
      long entry = Chunks.get(at);
      next = entry;
      mapper.find(page, Intent.STORE, run);
      assert run.covers(page, 1);
      if (run.state == ExtentState.WRITTEN) {
        if (isHugeEmpty(entry) && !run.covers(page & -PAGES, PAGES)) {
          return false;
        }
        if (run.partial) {
          mkwrite(page, byteAt, run);
        }
        next = showBlock(area, page, end, run, entry, true);
        return true;
      }
      if (isHugeEmpty(entry)) {
        return false;
      }
      if (area.facts.holes() == HolePolicy.MARKER) {
        throw holeException(page);
      }
      long pfn = mkwrite(page, byteAt, run);
      if (Entry.is(entry, Entry.ZERO)) {
        replaceZeros(page, pfn); // nobody may still show zeros when the first store is possible
      }
      next = Entry.of(pfn, 0);
      if (area.facts.sync()) {
        mapper.commit(); // durable before a store can happen
      }
      area.pages.showMade(page, pfn);
    } finally {
      Entries.unlock(at, next);
    }
    if (run.pageCount > 1) {
      published(run.firstPage, run.pfn, run.pageCount);
    }
    return true;
  }

  private static boolean isHugeEmpty(long entry) {
    return Entry.is(entry, Entry.HUGE) && Entry.is(entry, Entry.EMPTY);
  }

  private HoleException holeException(long page) {
    return new HoleException(
        file.regionName(), file.name, page, "the page is a hole, which the mapping does not show");
  }

  /** Makes a page written, and returns its frame. */
  private long mkwrite(long page, int byteAt, PageRun run) throws IOException {
    MkwriteEvent event = MkwriteEvent.begun();
    boolean conversion = run.state == ExtentState.UNWRITTEN;
    mapper.mkwrite(page, byteAt, run);
    if (run.state != ExtentState.WRITTEN || !run.covers(page, 1)) {
      throw new IllegalStateException(
          "mkwrite of page " + page + " of " + file.name + " gave " + run);
    }
    if (event != null) {
      event.finish(file.name, page, run.pfnOf(page), conversion);
    }
    return run.pfnOf(page);
  }

  /** As {@link Entries#lock}, but splits a ZERO entry of 2 MiB, by forgetting it. */
  private long lockForStore(long page, boolean huge) throws IOException {
    while (true) {
      long at = entries.lock(page, huge);
      boolean fits = false;
      long next = Entries.UNREAD;
      try {
        long entry = Chunks.get(at);
        fits = !Entry.is(entry, Entry.HUGE) || Entry.hasBlock(entry) || huge && isHugeEmpty(entry);
        if (fits) {
          return at;
        }
        dropHugeZero(page);
        next = Entry.EMPTY;
      } finally {
        if (!fits) {
          Entries.unlock(at, next);
        }
      }
    }
  }

  /** Takes the zero frames of 2 MiB out of all mappings. The entry is locked. */
  private void dropHugeZero(long page) {
    long first = page & -PAGES;
    file.mappings.overlapping(
        first, PAGES, area -> area.pages.drop(first, PAGES, (p, pfn) -> frames.isZero(pfn)));
  }

  /** Makes every mapping that shows zeros there show the frame, for loads. */
  private void replaceZeros(long page, long pfn) {
    file.mappings.overlapping(page, 1, area -> area.pages.replaceZero(page, pfn));
  }

  /** See {@link AddressSpace#published}. */
  void published(long firstPage, long pfn, long pageCount) throws IOException {
    long page = firstPage;
    while (page < firstPage + pageCount) {
      long seen = entries.peek(page);
      if (seen != 0 && !isSettled(seen)) {
        publishPage(page, pfn + (page - firstPage));
      }
      boolean skipsSlot = !entries.isTouched(page) || isSettled(seen) && Entry.is(seen, Entry.HUGE);
      page = skipsSlot ? (page | PAGES - 1) + 1 : page + 1;
    }
  }

  /** Whether an entry says that no mapping shows zeros there. */
  private static boolean isSettled(long entry) {
    return Entry.hasBlock(entry) && !Entry.is(entry, Entry.LOCKED);
  }

  /** Makes mappings that show zeros for a page show its block. */
  private void publishPage(long page, long block) throws IOException {
    long at = lockForStore(page, false);
    long next = Entries.UNREAD;
    try {
      long entry = Chunks.get(at);
      if (Entry.is(entry, Entry.ZERO)) {
        replaceZeros(page, block);
        next = Entry.of(block, 0);
      }
    } finally {
      Entries.unlock(at, next);
    }
  }

  // ---------------------------------------------------------------- private, pins

  /** Shows a page, and then copies it to DRAM. */
  private void copyOnWrite(MappedArea area, long page, long end) throws IOException {
    PrivateCopy copy = new PrivateCopy(frames.allocatePrivate(file.name, page));
    boolean done = false;
    try {
      while (!done && !area.pages.hasPrivate(page)) {
        load(area, page, end);
        done = area.pages.replaceByCopy(page, copy);
      }
    } finally {
      if (!copy.shown) {
        frames.privateFrames().free(copy.pfn, 1);
      }
    }
  }

  /**
   * The frame of a page, for a pin. Needs the invalidate lock shared.
   *
   * @param block whether the page gets a block if it has none (unshare), instead of a zero frame
   */
  long frame(long page, boolean block) throws IOException {
    if (page >= file.endPage()) {
      throw file.beyondEnd(page);
    }
    long at = lockForStore(page, false);
    long next = Entries.UNREAD;
    try {
      long entry = Chunks.get(at);
      if (Entry.hasBlock(entry)) {
        if (block && !mapper.inPlace()) {
          complete(page);
        }
        return Entry.pfn(entry) + (Entry.is(entry, Entry.HUGE) ? page % PAGES : 0);
      }
      PageRun run = CURSOR.get();
      mapper.find(page, Intent.LOAD, run);
      if (run.state != ExtentState.WRITTEN || run.partial && block) {
        if (!block) {
          return frames.zeroPfn();
        }
        refuseIfReadOnly(page);
        mkwrite(page, 0, run);
        file.counters.mkwrites.increment();
      }
      long pfn = run.pfnOf(page);
      if (Entry.is(entry, Entry.ZERO)) {
        replaceZeros(page, pfn);
      }
      next = Entry.of(pfn, 0);
      return pfn;
    } finally {
      Entries.unlock(at, next);
    }
  }

  /** Gives storage to all blocks of a page, since stores may follow that nobody hears of. */
  private void complete(long page) throws IOException {
    PageRun run = CURSOR.get();
    mapper.find(page, Intent.LOAD, run);
    if (run.partial) {
      refuseIfReadOnly(page);
      mkwrite(page, 0, run);
    }
  }

  /** Refuses a pin of a page that would need a block, if nothing may be changed. */
  private void refuseIfReadOnly(long page) throws ReadOnlyMappingException {
    if (file.isReadOnly() || frames.region().readOnly()) {
      throw new ReadOnlyMappingException(
          file.regionName(), file.name, page, "the file is read-only, and the page needs a block");
    }
  }

  /** The block that a writeback flushes for a dirty page, or 0 if the page has none any more. */
  long blockForWriteback(long page) throws IOException {
    long pfn = entries.block(page);
    if (pfn != 0 || page >= file.endPage()) {
      return pfn;
    }
    // The 2 MiB entry around it was forgotten, because a part was punched. The page is still the
    // file's.
    PageRun run = CURSOR.get();
    mapper.find(page, Intent.LOOK, run);
    return run.state == ExtentState.WRITTEN && run.pfn != 0 ? run.pfnOf(page) : 0;
  }
}
