package io.jdax.mm.engine;

import io.jdax.mm.Sharing;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Makes dirty pages of one file durable (dax_writeback_mapping_range). Three places tell which
 * pages are dirty: the dirty bytes of mappings, DIRTY in entries, and pins for writing. {@link
 * DirtyBytes} explains why a store that races with it is not lost.
 */
final class Writeback {
  private static final int PAGES = PageTable.PAGES;

  private final MappedFile file;
  private final FrameSpace frames;
  private final BlockMapper mapper;
  private final Entries entries;
  private final Faults faults;
  private final Pins pins;
  private final DirtyEntries dirtyEntries;
  private final RetiredMappings retired;
  private final Persister persister;

  /**
   * Where dirty bytes are looked at. Not through an epoch's view: that may close, while whoever
   * holds a mapping's memory goes on looking.
   */
  private final MemorySegment memory;

  private final DirtyBytes dirtyBytes = new DirtyBytes();

  Writeback(
      MappedFile file,
      Faults faults,
      Pins pins,
      DirtyEntries dirtyEntries,
      RetiredMappings retired) {
    this.file = file;
    this.frames = file.frames;
    this.mapper = file.mapper;
    this.entries = file.entries;
    this.faults = faults;
    this.pins = pins;
    this.dirtyEntries = dirtyEntries;
    this.retired = retired;
    this.persister = frames.persister();
    this.memory = frames.raw();
  }

  /** See {@link AddressSpace#flushDirty}. */
  long run(long offset, long length) throws IOException {
    if (length <= 0) {
      return 0;
    }
    WritebackEvent event = WritebackEvent.begun();
    long flushed = 0;
    if (hasNothing()) {
      file.ensureOpen();
      persister.ensureNothingLost();
    } else {
      flushed = runLocked(offset, length);
    }
    if (flushed > 0) {
      file.counters.writebacks.increment();
      file.counters.flushedPages.add(flushed);
    }
    if (event != null) {
      event.finish(file.name, offset, length, flushed);
    }
    return flushed;
  }

  /**
   * Whether nothing of the file can be dirty: an fsync after writes in place, which are durable
   * when they return, then takes no lock. In this order, since a mapping or pin that goes away
   * leaves its marks in the entries before it goes.
   */
  private boolean hasNothing() {
    return file.mappings.size() == 0
        && !pins.areAny()
        && dirtyEntries.areAllSettled()
        && mapper.inPlace()
        && !mapper.hasFailedWrites();
  }

  private long runLocked(long offset, long length) throws IOException {
    long stamp = file.invalidateLock.lockShared();
    try {
      file.ensureOpen();
      long end = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
      long flushed = flush(offset, end);
      mapper.settleFailedWrites(offset, end);
      if (!mapper.inPlace()) {
        mapper.writeBack(Pages.of(offset), Pages.after(end));
      }
      boolean _ = retired.sweepLocked();
      return flushed;
    } finally {
      file.invalidateLock.unlockShared(stamp);
    }
  }

  /** See {@link AddressSpace#collect}. */
  void collect() throws IOException {
    long stamp = file.invalidateLock.lockShared();
    try {
      file.ensureOpen();
      flush(0, Long.MAX_VALUE);
    } finally {
      file.invalidateLock.unlockShared(stamp);
    }
  }

  private long flush(long offset, long end) throws IOException {
    Pass pass = new Pass(offset, end);
    boolean done = false;
    boolean locked = false;
    try {
      pass.claimMappings();
      pass.flushPins();
      // Last: a mapping or pin that went away meanwhile has left its marks here before it went.
      if (!dirtyEntries.areAllSettled()) {
        dirtyEntries.lock.lock();
        locked = true;
        pass.claimEntries();
      }
      pass.finish();
      if (pass.flushed > 0) {
        mapper.storesFound(); // before the marks are gone: after that, nobody finds the stores
      }
      done = true;
    } finally {
      try {
        pass.settle(done);
        if (locked) {
          pass.settleEntries(done);
        }
        pass.returnTicket(); // not if settling threw: it still stands in bytes then
      } finally {
        if (locked) {
          dirtyEntries.lock.unlock();
        }
        pass.letGo();
      }
    }
    return pass.flushed;
  }

  /** Whether a mapping has no mark for a page of the file. */
  boolean isClean(MappedArea area, long page) {
    PageTable table = area.facts.sharing() == Sharing.SHARED ? area.memory.hold() : null;
    if (table == null) {
      return true;
    }
    try {
      long at = page - area.facts.firstPage();
      long chunk = table.dirty(at / PAGES);
      return chunk < 0 || DirtyBytes.get(memory, chunk + at % PAGES) == DirtyBytes.CLEAN;
    } finally {
      area.memory.letGo();
    }
  }

  /**
   * Flushes what only a 2 MiB entry knows to be dirty, before the entry is forgotten for the sake
   * of a part.
   *
   * @param firstPage first of the pages that stay
   */
  void keepMarks(long firstPage, long pageCount) throws IOException {
    if (Entry.is(entries.peek(firstPage), Entry.DIRTY | Entry.TOWRITE)) {
      flush(Pages.bytes(firstPage), Pages.bytes(firstPage + pageCount));
    }
  }

  private long nextMarked(long at, long end) {
    return DirtyBytes.nextMarked(memory, at, end);
  }

  /**
   * One call: finds dirty pages, claims them, flushes them, and remembers what to settle. Offsets
   * are those of the file.
   */
  private final class Pass {
    private final long offset;
    private final long end;

    /** What it claims dirty bytes with; {@link DirtyBytes#CLEAN} as long as it has found none. */
    private byte ticket = DirtyBytes.CLEAN;

    /** Where dirty bytes were claimed, by slots of 512. */
    private long[] chunks = new long[4];

    private int chunkCount;

    /** The memory that the chunks belong to: not given back before they are settled. */
    private MappingMemory[] held = new MappingMemory[2];

    private int heldCount;

    /** First pages of entries that were DIRTY. */
    private long[] claimedEntries = new long[0];

    private int entryCount;
    private long marksSeen;

    /** Bytes of the region that are to be flushed next, in one call. */
    private long runFrom;

    private long runTo;
    private boolean hasRun;

    /** Pages. */
    long flushed;

    Pass(long offset, long end) {
      this.offset = offset;
      this.end = end;
    }

    void claimMappings() throws IOException {
      long first = Pages.of(offset);
      file.mappings.overlapping(first, Pages.after(end) - first, this::claim);
    }

    private void claim(MappedArea area) throws IOException {
      if (area.facts.sharing() != Sharing.SHARED) {
        return;
      }
      if (heldCount == held.length) {
        held = Arrays.copyOf(held, heldCount * 2);
      }
      PageTable table = area.memory.hold();
      if (table == null) {
        return; // its marks have become entries
      }
      held[heldCount++] = area.memory;
      int before = chunkCount;
      claim(area.facts, table);
      if (chunkCount == before) {
        area.memory.letGo();
        heldCount--;
      }
    }

    private void claim(MappingFacts facts, PageTable table) throws IOException {
      long base = facts.firstPage();
      long first = Math.max(Pages.of(offset), base) - base;
      long last = Math.min(Pages.after(end), facts.endPage()) - base;
      for (long slot = table.nextMarked(first / PAGES, memory);
          slot * PAGES < last;
          slot = table.nextMarked(slot + 1, memory)) {
        long chunk = table.dirty(slot);
        if (chunk >= 0) {
          long from = Math.max(first - slot * PAGES, 0);
          long to = Math.min(last - slot * PAGES, PAGES);
          claim(base + slot * PAGES, chunk, from, to);
        }
      }
    }

    /** Claims and flushes pages {@code from} to {@code to} of a slot, as far as they are marked. */
    private void claim(long firstPage, long chunk, long from, long to) throws IOException {
      boolean remembered = false;
      long stop = chunk + to;
      for (long at = nextMarked(chunk + from, stop); at < stop; at = nextMarked(at + 1, stop)) {
        long page = firstPage + at - chunk;
        if (!isWhole(page)) {
          flushPage(page); // only the lines asked for: it stays dirty
          continue;
        }
        if (!remembered) {
          remember(chunk);
          remembered = true;
        }
        if (DirtyBytes.claim(memory, at, ticket)) {
          flushPage(page);
        }
      }
    }

    private boolean isWhole(long page) {
      return Pages.bytes(page) >= offset && Pages.bytes(page + 1) <= end;
    }

    private void remember(long chunk) {
      if (ticket == DirtyBytes.CLEAN) {
        ticket = dirtyBytes.takeTicket();
      }
      if (chunkCount == chunks.length) {
        chunks = Arrays.copyOf(chunks, chunkCount * 2);
      }
      chunks[chunkCount++] = chunk;
    }

    void claimEntries() throws IOException {
      long first = Pages.of(offset);
      marksSeen = dirtyEntries.marksMade();
      entries.forEach(
          first,
          Pages.after(end) - first,
          (page, entry) -> {
            if (Entry.is(entry, Entry.DIRTY)) {
              claimEntry(page, Entry.is(entry, Entry.HUGE) ? PAGES : 1);
            }
          });
    }

    private void claimEntry(long page, long count) throws IOException {
      if (isWhole(page) && isWhole(page + count - 1)) {
        if (entryCount == claimedEntries.length) {
          claimedEntries = Arrays.copyOf(claimedEntries, Math.max(16, entryCount * 2));
        }
        claimedEntries[entryCount++] = page;
        entries.mark(page, Entry.TOWRITE);
        entries.unmark(page, Entry.DIRTY);
      }
      for (long p = page; p < page + count; p++) {
        flushPage(p);
      }
    }

    void flushPins() throws IOException {
      pins.flushWritten(offset, end, this::flushPage);
    }

    /** Flushes the part of a page that lies in the range, together with its neighbours. */
    private void flushPage(long page) throws IOException {
      long pfn = faults.blockForWriteback(page);
      long from = Math.max(offset, Pages.bytes(page)) - Pages.bytes(page);
      long to = Math.min(end, Pages.bytes(page + 1)) - Pages.bytes(page);
      if (pfn == 0 || from >= to) {
        return;
      }
      flushed++;
      if (!frames.isMedia(pfn)) {
        mapper.stored(page); // written back by writeBack(), which keeps account of it
        return;
      }
      if (Pages.bytes(pfn) + from != runTo || !hasRun) {
        flushRun();
        runFrom = Pages.bytes(pfn) + from;
        hasRun = true;
      }
      runTo = Pages.bytes(pfn) + to;
    }

    private void flushRun() throws IOException {
      if (hasRun && runTo > runFrom) {
        persister.flush(runFrom, runTo - runFrom);
        runFrom = runTo;
      }
    }

    /** Makes durable what was flushed. */
    void finish() throws IOException {
      if (hasRun) {
        flushRun();
        persister.drain();
      } else {
        persister.ensureNothingLost();
      }
    }

    /** Ends the claims on dirty bytes. */
    void settle(boolean done) {
      for (int i = 0; i < chunkCount; i++) {
        // After the flush, and before any page is clean: see DirtyBytes.
        boolean durable = done && !frames.epoch().mayStore(chunks[i]);
        byte to = durable ? DirtyBytes.CLEAN : DirtyBytes.DIRTY;
        long end = chunks[i] + PAGES;
        for (long at = nextMarked(chunks[i], end); at < end; at = nextMarked(at + 1, end)) {
          DirtyBytes.settle(memory, at, ticket, to);
        }
      }
    }

    void returnTicket() {
      if (ticket != DirtyBytes.CLEAN) {
        dirtyBytes.returnTicket(ticket);
      }
    }

    /** Ends the holds on mappings' memory. */
    void letGo() {
      while (heldCount > 0) {
        held[--heldCount].letGo();
      }
    }

    /** Ends the claims on entries. */
    void settleEntries(boolean done) {
      for (int i = 0; i < entryCount; i++) {
        if (!done) {
          entries.mark(claimedEntries[i], Entry.DIRTY);
        }
        entries.unmark(claimedEntries[i], Entry.TOWRITE);
      }
      if (done && offset == 0 && end == Long.MAX_VALUE) {
        dirtyEntries.settle(marksSeen);
      }
    }
  }
}
