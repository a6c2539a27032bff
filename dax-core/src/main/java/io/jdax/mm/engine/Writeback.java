package io.jdax.mm.engine;

import io.jdax.mm.Sharing;
import io.jdax.os.Pages;
import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes dirty pages of one file durable (dax_writeback_mapping_range). Three places tell what is
 * dirty: the dirty bytes of mappings, DIRTY in entries, and pins for writing. See {@link
 * DirtyBytes} for the order of things.
 */
final class Writeback {
  private static final int PAGES = PageTable.PAGES;
  private static final MemorySegment CLEAN = MemorySegment.ofArray(new byte[PAGES]);

  private final AddressSpace space;
  private final Entries entries;
  private final Pins pins;
  private final Persister persister;

  /** Where dirty bytes are looked at: epochs are no concern of who holds the invalidate lock. */
  private final MemorySegment memory;

  private final DirtyBytes dirtyBytes = new DirtyBytes();

  /**
   * Held from the claim of a DIRTY entry until it is durable; entries are DIRTY only after a
   * mapping or pin was closed.
   */
  private final ReentrantLock entryLock = new ReentrantLock();

  private final AtomicLong marked = new AtomicLong();

  /**
   * How many of the marks of {@link #marked} are durable for sure. Written by who has {@link
   * #entryLock}, and not before the flush: who sees all settled does not wait for it.
   */
  private volatile long settled;

  Writeback(AddressSpace space, Entries entries, Pins pins) {
    this.space = space;
    this.entries = entries;
    this.pins = pins;
    this.persister = space.frames().persister();
    this.memory = space.frames().raw();
  }

  long run(long offset, long length) throws IOException {
    if (length <= 0) {
      return 0;
    }
    WritebackEvent event = WritebackEvent.begun();
    long flushed;
    long stamp = space.invalidateLock().lockShared();
    try {
      space.ensureOpen();
      long end = length > Long.MAX_VALUE - offset ? Long.MAX_VALUE : offset + length;
      flushed = flush(offset, end);
      if (!space.mapper().inPlace()) {
        space.mapper().writeBack(Pages.of(offset), Pages.after(end));
      }
      space.retired().sweepLocked();
    } finally {
      space.invalidateLock().unlockShared(stamp);
    }
    space.counters().writebacks.increment();
    space.counters().flushedPages.add(flushed);
    if (event != null) {
      event.finish(space.name(), offset, length, flushed);
    }
    return flushed;
  }

  /** See {@link AddressSpace#collect}. */
  void collect() throws IOException {
    long stamp = space.invalidateLock().lockShared();
    try {
      space.ensureOpen();
      flush(0, Long.MAX_VALUE);
    } finally {
      space.invalidateLock().unlockShared(stamp);
    }
  }

  private long flush(long offset, long end) throws IOException {
    Pass pass = new Pass(offset, end);
    boolean done = false;
    boolean locked = false;
    byte ticket = dirtyBytes.takeTicket();
    try {
      pass.ticket = ticket;
      pass.mappings();
      pass.pins();
      // Last: a mapping or pin that went away meanwhile has left its marks here before it went.
      if (marked.get() != settled) {
        entryLock.lock();
        locked = true;
        pass.entries();
      }
      pass.finish();
      if (pass.flushed > 0) {
        space.mapper().storesFound(); // not after the marks are gone: the next would find nothing
      }
      done = true;
    } finally {
      try {
        pass.settle(done);
        if (locked) {
          pass.settleEntries(done);
        }
        dirtyBytes.returnTicket(ticket); // not where settling threw: it still stands in bytes
      } finally {
        if (locked) {
          entryLock.unlock();
        }
        pass.letGo();
      }
    }
    return pass.flushed;
  }

  /**
   * A quiet mapping's dirty bytes become DIRTY entries, since nobody looks at them any more.
   *
   * @throws IOException no; some may have become entries
   */
  void takeOver(FileMapping mapping) throws IOException {
    PageTable table = mapping.memory().hold();
    if (table == null) {
      return;
    }
    try {
      takeOver(mapping, table);
    } finally {
      mapping.memory().letGo();
    }
  }

  private void takeOver(FileMapping mapping, PageTable table) throws IOException {
    for (long slot = 0; slot * PAGES < mapping.pageCount(); slot++) {
      long chunk = table.dirty(slot);
      if (chunk < 0) {
        slot = table.skipEmpty(slot);
        continue;
      }
      for (int k = 0; k < PAGES; k++) {
        if (DirtyBytes.get(memory, chunk + k) != DirtyBytes.CLEAN) {
          markDirty(mapping.firstPage() + slot * PAGES + k);
        }
      }
    }
  }

  /** Whether a mapping has no mark for a page. */
  boolean isClean(FileMapping mapping, long page) {
    PageTable table = mapping.sharing() == Sharing.SHARED ? mapping.memory().hold() : null;
    if (table == null) {
      return true;
    }
    try {
      long at = page - mapping.firstPage();
      long chunk = table.dirty(at / PAGES);
      return chunk < 0 || DirtyBytes.get(memory, chunk + at % PAGES) == DirtyBytes.CLEAN;
    } finally {
      mapping.memory().letGo();
    }
  }

  /** Needs the invalidate lock shared. */
  void markDirty(long page) throws IOException {
    while (!entries.mark(page, Entry.DIRTY)) {
      // The 2 MiB entry around it was forgotten because a part was punched, or all of it was.
      long pfn = space.faults().blockForWriteback(page);
      if (pfn == 0) {
        return;
      }
      entries.offer(page, pfn); // or somebody has it locked, who will
      Thread.onSpinWait();
    }
    // After the mark: who does not see it has nothing to look for, or races with the close.
    marked.incrementAndGet();
  }

  /**
   * Before a 2 MiB entry is forgotten for the sake of a part: what only it knows to be dirty must
   * not be forgotten.
   */
  void keepMarks(long firstPage, long pageCount) throws IOException {
    if (Entry.is(entries.peek(firstPage), Entry.DIRTY | Entry.TOWRITE)) {
      flush(Pages.bytes(firstPage), Pages.bytes(firstPage + pageCount));
    }
  }

  /** Where the next dirty byte lies that is not CLEAN; {@code end} if there is none. */
  private long nextMarked(long at, long end) {
    long skip = at < end ? MemorySegment.mismatch(memory, at, end, CLEAN, 0, end - at) : -1;
    return skip < 0 ? end : at + skip;
  }

  /** One call: finds, claims, flushes, remembers what to settle. Offsets are those of the file. */
  private final class Pass {
    private final long offset;
    private final long end;
    private byte ticket;

    private long[] chunks = new long[4];
    private int chunkCount;

    /** Whose chunks those are: not given back before they are settled. */
    private MappingMemory[] held = new MappingMemory[2];

    private int heldCount;
    private long[] claimedEntries = new long[0];
    private int entryCount;
    private long marksSeen;
    private long runFrom;
    private long runTo;
    private boolean any;
    long flushed;

    Pass(long offset, long end) {
      this.offset = offset;
      this.end = end;
    }

    void mappings() throws IOException {
      long first = Pages.of(offset);
      IOException[] failure = new IOException[1];
      space
          .mappings()
          .overlapping(
              first,
              Pages.after(end) - first,
              mapping -> {
                try {
                  if (mapping.sharing() == Sharing.SHARED && failure[0] == null) {
                    one(mapping);
                  }
                } catch (IOException e) {
                  failure[0] = e;
                }
              });
      if (failure[0] != null) {
        throw failure[0];
      }
    }

    private void one(FileMapping mapping) throws IOException {
      if (heldCount == held.length) {
        held = Arrays.copyOf(held, heldCount * 2);
      }
      PageTable table = mapping.memory().hold();
      if (table == null) {
        return; // its marks have become entries
      }
      held[heldCount++] = mapping.memory();
      int before = chunkCount;
      one(mapping, table);
      if (chunkCount == before) {
        mapping.memory().letGo();
        heldCount--;
      }
    }

    private void one(FileMapping mapping, PageTable table) throws IOException {
      long base = mapping.firstPage();
      long first = Math.max(Pages.of(offset), base) - base;
      long last = Math.min(Pages.after(end), base + mapping.pageCount()) - base;
      for (long slot = first / PAGES; slot * PAGES < last; slot++) {
        long chunk = table.dirty(slot);
        if (chunk < 0) {
          slot = table.skipEmpty(slot);
          continue;
        }
        int k = (int) Math.max(first - slot * PAGES, 0);
        int to = (int) Math.min(last - slot * PAGES, PAGES);
        boolean remembered = false;
        while ((k = (int) (nextMarked(chunk + k, chunk + to) - chunk)) < to) {
          long page = base + slot * PAGES + k;
          if (!isWhole(page)) {
            flushPage(page); // only the lines asked for: it stays dirty
          } else {
            if (!remembered) {
              remember(chunk);
              remembered = true;
            }
            if (DirtyBytes.claim(memory, chunk + k, ticket)) {
              flushPage(page);
            }
          }
          k++;
        }
      }
    }

    private boolean isWhole(long page) {
      return Pages.bytes(page) >= offset && Pages.bytes(page + 1) <= end;
    }

    private void remember(long chunk) {
      if (chunkCount == chunks.length) {
        chunks = Arrays.copyOf(chunks, chunkCount * 2);
      }
      chunks[chunkCount++] = chunk;
    }

    void entries() throws IOException {
      IOException[] failure = new IOException[1];
      long first = Pages.of(offset);
      marksSeen = marked.get();
      entries.forEach(
          first,
          Pages.after(end) - first,
          (page, entry) -> {
            if (failure[0] == null && Entry.is(entry, Entry.DIRTY)) {
              try {
                dirtyEntry(page, Entry.is(entry, Entry.HUGE) ? PAGES : 1);
              } catch (IOException e) {
                failure[0] = e;
              }
            }
          });
      if (failure[0] != null) {
        throw failure[0];
      }
    }

    private void dirtyEntry(long page, long count) throws IOException {
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

    void pins() throws IOException {
      pins.flushWritten(offset, end, this::flushPage);
    }

    /** Flushes what of a page lies in the range; neighbours in one call. */
    private void flushPage(long page) throws IOException {
      long pfn = space.faults().blockForWriteback(page);
      long from = Math.max(offset, Pages.bytes(page)) - Pages.bytes(page);
      long to = Math.min(end, Pages.bytes(page + 1)) - Pages.bytes(page);
      if (pfn == 0 || from >= to) {
        return;
      }
      flushed++;
      if (!space.frames().isMedia(pfn)) {
        space.mapper().stored(page); // of which writeBack() makes sure, and settle() knows nothing
        return;
      }
      if (Pages.bytes(pfn) + from != runTo || !any) {
        flushRun();
        runFrom = Pages.bytes(pfn) + from;
        any = true;
      }
      runTo = Pages.bytes(pfn) + to;
    }

    private void flushRun() throws IOException {
      if (any && runTo > runFrom) {
        persister.flush(runFrom, runTo - runFrom);
        runFrom = runTo;
      }
    }

    void finish() throws IOException {
      if (any) {
        flushRun();
        persister.drain();
      } else {
        persister.ensureNothingLost();
      }
    }

    void settle(boolean done) {
      for (int i = 0; i < chunkCount; i++) {
        // After the flush, and before any page is clean: see DirtyBytes.
        boolean durable = done && !space.frames().epoch().mayStore(chunks[i]);
        byte to = durable ? DirtyBytes.CLEAN : DirtyBytes.DIRTY;
        long end = chunks[i] + PAGES;
        for (long at = nextMarked(chunks[i], end); at < end; at = nextMarked(at + 1, end)) {
          DirtyBytes.settle(memory, at, ticket, to);
        }
      }
    }

    void letGo() {
      while (heldCount > 0) {
        held[--heldCount].letGo();
      }
    }

    void settleEntries(boolean done) {
      for (int i = 0; i < entryCount; i++) {
        if (!done) {
          entries.mark(claimedEntries[i], Entry.DIRTY);
        }
        entries.unmark(claimedEntries[i], Entry.TOWRITE);
      }
      if (done && offset == 0 && end == Long.MAX_VALUE) {
        settled = marksSeen;
      }
    }
  }

  /** Flushes one page of the file. */
  interface PageFlush {
    void flush(long page) throws IOException;
  }
}
