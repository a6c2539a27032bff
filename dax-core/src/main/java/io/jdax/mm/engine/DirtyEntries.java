package io.jdax.mm.engine;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Pages that closed mappings and pins have left dirty: their entries say so, since nobody looks at
 * the dirty bytes any more. Counts the marks, so that a {@link Writeback} looks through entries
 * only if there may be one to be found.
 */
final class DirtyEntries {
  private static final int PAGES = PageTable.PAGES;

  private final MappedFile file;
  private final Faults faults;

  /**
   * Where dirty bytes are looked at. Not through an epoch's view: that may close, while whoever
   * holds a mapping's memory goes on looking.
   */
  private final MemorySegment memory;

  /** Held from the claim of a DIRTY entry until it is durable. */
  final ReentrantLock lock = new ReentrantLock();

  private final AtomicLong marked = new AtomicLong();

  /**
   * How many of the marks of {@link #marked} are durable for sure. Written with {@link #lock} held,
   * and not before the flush, so that a thread that sees all settled need not wait for the lock.
   */
  private volatile long settled;

  DirtyEntries(MappedFile file, Faults faults) {
    this.file = file;
    this.faults = faults;
    this.memory = file.frames.raw();
  }

  /** How many marks were made so far. */
  long marksMade() {
    return marked.get();
  }

  /** Whether all marks made so far are durable. */
  boolean areAllSettled() {
    return marked.get() == settled;
  }

  /** Notes that as many marks as there were are durable. The caller holds the lock. */
  void settle(long marksSeen) {
    assert lock.isHeldByCurrentThread();
    settled = marksSeen;
  }

  /**
   * Makes DIRTY entries of the dirty bytes of a mapping that is quiet.
   *
   * @throws IOException an entry could not be made; others may have been
   */
  void takeOver(MappedArea area) throws IOException {
    PageTable table = area.memory.hold();
    if (table == null) {
      return;
    }
    try {
      takeOver(area.facts, table);
    } finally {
      area.memory.letGo();
    }
  }

  private void takeOver(MappingFacts facts, PageTable table) throws IOException {
    long end = facts.pageCount();
    for (long slot = table.nextMade(0); slot * PAGES < end; slot = table.nextMade(slot + 1)) {
      long chunk = table.dirty(slot);
      for (int k = 0; chunk >= 0 && k < PAGES; k++) {
        if (DirtyBytes.get(memory, chunk + k) != DirtyBytes.CLEAN) {
          mark(facts.firstPage() + slot * PAGES + k);
        }
      }
    }
  }

  /** Marks a page as stored to. Needs the invalidate lock shared. */
  void mark(long page) throws IOException {
    for (int spins = 0; !file.entries.mark(page, Entry.DIRTY); spins++) {
      // The page was punched; or another part of the 2 MiB around it was, and their entry
      // forgotten.
      long pfn = faults.blockForWriteback(page);
      if (pfn == 0) {
        return;
      }
      file.entries.offer(page, pfn); // does nothing where a thread has it locked, and will make it
      Entries.pause(spins);
    }
    // After the mark: a thread that does not see the count has nothing to look for, or races with
    // the close.
    marked.incrementAndGet();
  }
}
