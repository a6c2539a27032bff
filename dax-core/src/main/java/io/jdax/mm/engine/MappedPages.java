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
 * What a mapping shows, as faults and walks of the reverse map change it. Each change happens under
 * the mapping's lock, finds the table by {@link MappingMemory#tableIfOpen}, and ends with accesses
 * that see what the table says. After an error in the middle, accesses see nothing, and ask again.
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

  /**
   * Shows nothing from now on, and nothing can be shown any more.
   *
   * @return false if that was so before
   */
  boolean close() {
    synchronized (memory.lock) {
      if (!memory.isOpen()) {
        return false;
      }
      accesses.publish(frames.nothing());
      memory.markClosed();
      return true;
    }
  }

  /**
   * Moves on from an epoch that is about to close.
   *
   * @return false if there will be no other
   */
  boolean moveOnFromSealed() {
    synchronized (memory.lock) {
      // The reclaimer moves all mappings, but may have missed one that was made meanwhile.
      PageTable table = memory.tableIfOpen();
      if (table != null && accesses.current().epoch.isSealed()) {
        Epoch now = frames.epoch();
        if (now.isSealed()) {
          return false;
        }
        accesses.publish(new Generation(table, now));
      }
      return true;
    }
  }

  /** See {@link io.jdax.mm.DaxMapping#statistics}. */
  MappingStatistics statistics() {
    long zero = frames.zeroPfn();
    synchronized (memory.lock) {
      PageTable table = memory.tableIfOpen();
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
      PageTable table = memory.tableIfOpen();
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

  /**
   * Shows frames in a row, slot by slot of its own table.
   *
   * @param writable whether stores are allowed
   * @param forStore whether a store fault asks
   */
  void show(long page, long count, long pfn, boolean writable, boolean forStore)
      throws IOException {
    synchronized (memory.lock) {
      if (forStore) {
        storeFaults++;
      } else {
        loadFaults++;
      }
      PageTable table = memory.tableIfOpen();
      long at = page - firstPage;
      long done = 0;
      while (table != null && done < count) {
        long n = Math.min(count - done, PageTable.PAGES - (at + done) % PageTable.PAGES);
        showInSlot(table, at + done, n, pfn + done, writable);
        done += n;
      }
    }
  }

  /** Shows frames in a row, all in one slot, but leaves private copies as they are. */
  @GuardedBy("memory.lock")
  private void showInSlot(PageTable table, long at, long count, long pfn, boolean writable)
      throws IOException {
    table.prepare(at);
    if (sharing != Sharing.PRIVATE) {
      install(table, at, count, pfn, writable);
      return;
    }
    long done = 0;
    while (done < count) {
      long n = withoutCopies(table, at + done, count - done);
      if (n > 0) {
        install(table, at + done, n, pfn + done, writable);
      }
      done += n + 1; // the page after them is a copy, or the end
    }
  }

  /** How many of these pages there are before the first private copy. */
  private long withoutCopies(PageTable table, long at, long count) {
    long n = 0;
    while (n < count && !frames.privateFrames().owns(table.pfn(at + n))) {
      n++;
    }
    return n;
  }

  @GuardedBy("memory.lock")
  private void install(PageTable table, long at, long count, long pfn, boolean writable) {
    assert !writable || sharing != Sharing.READ_ONLY && !frames.isZero(pfn);
    boolean done = false;
    try {
      table.install(at, count, pfn, writable);
      publishChange(table);
      done = true;
    } finally {
      if (!done) {
        distrust(table);
      }
    }
  }

  /** Tells accesses of a change of the table, if it is more than some words. */
  @GuardedBy("memory.lock")
  private void publishChange(PageTable table) {
    if (!accesses.current().isCurrent(table)) {
      accesses.publish(new Generation(table, frames.epoch()));
    }
    assert TableCheck.agrees(accesses.current(), table, frames.nothing());
  }

  /**
   * Makes accesses ask, after an error in the middle of a change, instead of going on with what may
   * be wrong. Allocates nothing.
   */
  @GuardedBy("memory.lock")
  private void distrust(PageTable table) {
    accesses.publish(frames.nothing());
    table.distrustRuns();
  }

  /** Shows a frame, for loads, if zeros are shown in its place. */
  void replaceZero(long page, long pfn) {
    synchronized (memory.lock) {
      PageTable table = memory.tableIfOpen();
      if (table != null && frames.isZero(table.pfn(page - firstPage))) {
        install(table, page - firstPage, 1, pfn, false);
      }
    }
  }

  /**
   * Takes translations out of a range of the file, also if there is no memory to publish the
   * change.
   *
   * @return how many
   */
  long drop(long page, long count, PageTable.Filter which) {
    long first = Math.max(page, firstPage);
    long last = Math.min(count > Long.MAX_VALUE - page ? Long.MAX_VALUE : page + count, endPage);
    if (first >= last) {
      return 0;
    }
    synchronized (memory.lock) {
      PageTable table = memory.tableIfOpen();
      if (table == null) {
        return 0;
      }
      long dropped = 0;
      boolean done = false;
      try {
        dropped = table.drop(first - firstPage, last - first, firstPage, which);
        done = true;
        publishChange(table);
      } catch (Throwable t) {
        distrust(table);
        if (!done || !(t instanceof OutOfMemoryError || t instanceof StackOverflowError)) {
          throw t; // otherwise all is dropped, and the next access publishes that
        }
      }
      return dropped;
    }
  }

  /** Whether a page needs no copy: it has one, or the mapping is closed. */
  boolean hasPrivate(long page) {
    synchronized (memory.lock) {
      PageTable table = memory.tableIfOpen();
      return table == null || frames.privateFrames().owns(table.pfn(page - firstPage));
    }
  }

  /**
   * Puts a private, writable copy of what a page shows in its place.
   *
   * @return false if it shows nothing, or has a copy
   * @throws MediaErrorException what it shows can't be read; nothing has changed
   */
  boolean replaceByCopy(long page, PrivateCopy copy) throws MediaErrorException {
    synchronized (memory.lock) {
      PageTable table = memory.tableIfOpen();
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
      AccessFault.deliver(); // an error is to come here, and not in the middle of what follows
    } catch (InternalError e) {
      throw frames.mediaError(from, 0, Pages.BYTES, e);
    }
  }

  @Override
  public void moveTo(Epoch epoch) {
    synchronized (memory.lock) {
      PageTable table = memory.tableIfOpen();
      if (table != null) {
        accesses.publish(new Generation(table, epoch));
      }
    }
  }
}
