package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.mm.MappingStatistics;
import io.jdax.mm.Sharing;
import io.jdax.os.AccessFault;
import io.jdax.os.Pages;
import io.jdax.os.WordStores;
import io.jdax.region.MediaErrorException;
import java.io.IOException;

/**
 * What a mapping shows, for who changes that: faults, and walks of the reverse map. All of it
 * happens under the mapping's lock, finds the table by {@link MappingMemory#open}, and ends with
 * accesses that see what the table says. After an error in the middle they see nothing, and ask
 * again.
 *
 * <p>Pages are those of the file.
 */
final class MappedPages implements EpochFollower {
  private final FrameSpace frames;
  private final MappingMemory memory;
  private final PlainAccess accesses;
  private final long firstPage;
  private final long endPage;
  private final Sharing sharing;

  @GuardedBy("memory.lock")
  private long loadFaults;

  @GuardedBy("memory.lock")
  private long storeFaults;

  @GuardedBy("memory.lock")
  private long mkwrites;

  @GuardedBy("memory.lock")
  private long privateCopies;

  MappedPages(FrameSpace frames, MappingFacts facts, MappingMemory memory, PlainAccess accesses) {
    this.frames = frames;
    this.memory = memory;
    this.accesses = accesses;
    this.firstPage = facts.firstPage();
    this.endPage = facts.endPage();
    this.sharing = facts.sharing();
  }

  /** Nothing is shown from now on, and nothing can be; false: that was so before. */
  boolean close() {
    synchronized (memory.lock) {
      if (!memory.isOpen()) {
        return false;
      }
      accesses.publish(frames.nothing());
      memory.close();
      return true;
    }
  }

  /** Moves on from an epoch that is about to close; false: there will be no other. */
  boolean leaveSealed() {
    synchronized (memory.lock) {
      // The reclaimer moves all mappings, but may have missed one that was made meanwhile.
      PageTable table = memory.open();
      if (table != null && accesses.current().epoch.sealed()) {
        Epoch now = frames.epoch();
        if (now.sealed()) {
          return false;
        }
        accesses.publish(new Generation(table, now));
      }
      return true;
    }
  }

  MappingStatistics statistics() {
    long zero = frames.zeroPfn();
    synchronized (memory.lock) {
      PageTable table = memory.open();
      return new MappingStatistics(
          loadFaults,
          storeFaults,
          privateCopies,
          table == null ? 0 : table.count(0, Long.MAX_VALUE),
          table == null ? 0 : table.count(zero, zero + FrameSpace.ZERO_FRAMES));
    }
  }

  /** Shows a page that a store fault of this mapping has made written. */
  void showMade(long page, long pfn) throws IOException {
    synchronized (memory.lock) {
      mkwrites++;
      storeFaults++;
      PageTable table = memory.open();
      if (table != null) {
        showInSlot(table, page - firstPage, 1, pfn, true);
      }
    }
  }

  /** Pages that store faults of this mapping have made written. */
  long mkwrites() {
    synchronized (memory.lock) {
      return mkwrites;
    }
  }

  /** Installs translations for pages that the mapping has, one by one slot of its own table. */
  void show(long page, long count, long pfn, boolean writable, boolean forStore)
      throws IOException {
    synchronized (memory.lock) {
      if (forStore) {
        storeFaults++;
      } else {
        loadFaults++;
      }
      PageTable table = memory.open();
      long at = page - firstPage;
      long done = 0;
      while (table != null && done < count) {
        long n = Math.min(count - done, PageTable.PAGES - (at + done) % PageTable.PAGES);
        showInSlot(table, at + done, n, pfn + done, writable);
        done += n;
      }
    }
  }

  /** Private copies are not covered up. */
  @GuardedBy("memory.lock")
  private void showInSlot(PageTable table, long at, long count, long pfn, boolean writable)
      throws IOException {
    table.prepare(at);
    if (sharing != Sharing.PRIVATE) {
      install(table, at, count, pfn, writable);
      return;
    }
    for (long i = 0, run = 0; i <= count; i++) {
      if (i == count || frames.privateFrames().owns(table.pfn(at + i))) {
        if (i > run) {
          install(table, at + run, i - run, pfn + run, writable);
        }
        run = i + 1;
      }
    }
  }

  @GuardedBy("memory.lock")
  private void install(PageTable table, long at, long count, long pfn, boolean writable) {
    assert !writable || sharing != Sharing.READ_ONLY && !frames.isZero(pfn);
    boolean done = false;
    try {
      table.install(at, count, pfn, writable);
      changed(table);
      done = true;
    } finally {
      if (!done) {
        distrust(table);
      }
    }
  }

  /** The table was changed: accesses are to know, if it is more than some words. */
  @GuardedBy("memory.lock")
  private void changed(PageTable table) {
    if (!accesses.current().isCurrent(table)) {
      accesses.publish(new Generation(table, frames.epoch()));
    }
    assert TableCheck.agrees(accesses.current(), table, frames.nothing());
  }

  /**
   * After an error in the middle of a change: accesses are to ask, instead of going on with what
   * may be wrong. Allocates nothing.
   */
  @GuardedBy("memory.lock")
  private void distrust(PageTable table) {
    accesses.publish(frames.nothing());
    table.distrustRuns();
  }

  void replaceZero(long page, long pfn) {
    synchronized (memory.lock) {
      PageTable table = memory.open();
      if (table != null && frames.isZero(table.pfn(page - firstPage))) {
        install(table, page - firstPage, 1, pfn, false);
      }
    }
  }

  /**
   * Takes translations out of a range of the file; returns how many. A want of memory does not keep
   * it from that.
   */
  long drop(long page, long count, PageTable.Filter which) {
    long first = Math.max(page, firstPage);
    long last = Math.min(count > Long.MAX_VALUE - page ? Long.MAX_VALUE : page + count, endPage);
    if (first >= last) {
      return 0;
    }
    synchronized (memory.lock) {
      PageTable table = memory.open();
      if (table == null) {
        return 0;
      }
      long dropped = 0;
      boolean done = false;
      try {
        dropped = table.drop(first - firstPage, last - first, firstPage, which);
        done = true;
        changed(table);
      } catch (Throwable t) {
        distrust(table);
        if (!done || !(t instanceof OutOfMemoryError || t instanceof StackOverflowError)) {
          throw t; // else all is dropped, and the next access publishes
        }
      }
      return dropped;
    }
  }

  boolean hasPrivate(long page) {
    synchronized (memory.lock) {
      PageTable table = memory.open();
      return table == null || frames.privateFrames().owns(table.pfn(page - firstPage));
    }
  }

  /**
   * Puts a private, writable copy of what a page shows in its place; false when it shows nothing,
   * or has a copy.
   *
   * @throws MediaErrorException what it shows can't be read; nothing has changed
   */
  boolean replaceByCopy(long page, PrivateCopy copy) throws MediaErrorException {
    synchronized (memory.lock) {
      PageTable table = memory.open();
      long at = page - firstPage;
      long shown = table == null ? 0 : table.pfn(at);
      if (table == null || shown == 0 || frames.privateFrames().owns(shown)) {
        return false;
      }
      copyFrame(shown, copy.pfn);
      copy.shown = true;
      try {
        install(table, at, 1, copy.pfn, true);
      } finally {
        copy.shown = table.pfn(at) == copy.pfn;
      }
      privateCopies++;
      storeFaults++;
      return true;
    }
  }

  private void copyFrame(long from, long to) throws MediaErrorException {
    try {
      WordStores.load(frames.raw(), Pages.bytes(from), frames.raw(), Pages.bytes(to), Pages.BYTES);
      AccessFault.deliver(); // here, and not in the middle of what follows
    } catch (InternalError e) {
      throw frames.mediaError(from, 0, Pages.BYTES, e);
    }
  }

  @Override
  public void moveTo(Epoch epoch) {
    synchronized (memory.lock) {
      PageTable table = memory.open();
      if (table != null) {
        accesses.publish(new Generation(table, epoch));
      }
    }
  }
}
