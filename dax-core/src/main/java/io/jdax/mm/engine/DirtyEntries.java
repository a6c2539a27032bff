package io.jdax.mm.engine;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What closed mappings and pins have left to be flushed: pages whose entries are DIRTY, since
 * nobody looks at their dirty bytes any more. Counts them, so that a {@link Writeback} that has
 * nothing to look for does not look.
 */
final class DirtyEntries {
  private static final int PAGES = PageTable.PAGES;

  private final MappedFile file;
  private final Faults faults;

  /** Where dirty bytes are looked at: epochs are no concern of who holds the invalidate lock. */
  private final MemorySegment memory;

  /** Held from the claim of a DIRTY entry until it is durable. */
  final ReentrantLock lock = new ReentrantLock();

  private final AtomicLong marked = new AtomicLong();

  /**
   * How many of the marks of {@link #marked} are durable for sure. Written by who has {@link
   * #lock}, and not before the flush: who sees all settled does not wait for it.
   */
  private volatile long settled;

  DirtyEntries(MappedFile file, Faults faults) {
    this.file = file;
    this.faults = faults;
    this.memory = file.frames.raw();
  }

  /** How many marks were made so far. */
  long marked() {
    return marked.get();
  }

  /** Whether all marks made so far are durable. */
  boolean allSettled() {
    return marked.get() == settled;
  }

  /** As many marks as there were by then are durable. The caller has the lock. */
  void settle(long marksSeen) {
    assert lock.isHeldByCurrentThread();
    settled = marksSeen;
  }

  /**
   * A quiet mapping's dirty bytes become DIRTY entries, since nobody looks at them any more.
   *
   * @throws IOException no; some may have become entries
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
    for (long slot = 0; slot * PAGES < facts.pageCount(); slot++) {
      long chunk = table.dirty(slot);
      if (chunk < 0) {
        slot = table.skipEmpty(slot);
        continue;
      }
      for (int k = 0; k < PAGES; k++) {
        if (DirtyBytes.get(memory, chunk + k) != DirtyBytes.CLEAN) {
          mark(facts.firstPage() + slot * PAGES + k);
        }
      }
    }
  }

  /** Marks a page as stored to. Needs the invalidate lock shared. */
  void mark(long page) throws IOException {
    while (!file.entries.mark(page, Entry.DIRTY)) {
      // The 2 MiB entry around it was forgotten because a part was punched, or all of it was.
      long pfn = faults.blockForWriteback(page);
      if (pfn == 0) {
        return;
      }
      file.entries.offer(page, pfn); // or somebody has it locked, who will
      Thread.onSpinWait();
    }
    // After the mark: who does not see it has nothing to look for, or races with the close.
    marked.incrementAndGet();
  }
}
