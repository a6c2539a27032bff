package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.os.Waits;
import io.jdax.region.RegionException;

/**
 * The entries of one file: which frame each page is, in words off the heap.
 *
 * <pre>
 *   slot table   GiB of the file -> directory          grows with the number of GiB touched, not with the file
 *   directory    512 words: 0, a 2 MiB entry, or the address of a leaf
 *   leaf         512 page entries
 * </pre>
 *
 * All calls need the invalidate lock shared; {@link #removal} and {@link #close} need it
 * exclusively. Under it, LOCKED in an entry is the mutex of its page or 2 MiB. It is held while a
 * fault asks, allocates, inserts and maps, for microseconds; so a thread that waits spins, and then
 * takes short sleeps.
 */
final class Entries {
  private static final int PAGES = PageTable.PAGES;
  private static final int SPINS = 200;

  private final Chunks chunks;

  /**
   * Pairs of the number of a GiB, plus 1 (0 is free), and the address of its directory. Open
   * addressing. Replaced by a copy when a pair is added.
   */
  private volatile long[] slots = new long[4];

  @GuardedBy("this")
  private int used;

  Entries(Chunks chunks) {
    this.chunks = chunks;
  }

  /**
   * Locks the entry that stands for a page: its own, or the 2 MiB entry around it.
   *
   * @param huge whether to make a 2 MiB entry if there is none yet, and no smaller one
   * @return the address of the entry
   */
  long lock(long page, boolean huge) throws RegionException {
    long word = directoryWord(page);
    for (int spins = 0; ; spins++) {
      long v = Chunks.get(word);
      if (v == 0) {
        if (huge) {
          if (Chunks.compareAndSet(word, 0, Entry.EMPTY | Entry.HUGE | Entry.LOCKED)) {
            return word;
          }
        } else {
          addLeaf(word);
        }
      } else if (Entry.isLeaf(v)) {
        return lockPage(Entry.leafAddress(v) + page % PAGES * 8);
      } else if (Entry.is(v, Entry.LOCKED)) {
        pause(spins);
      } else if (Chunks.compareAndSet(word, v, v | Entry.LOCKED)) {
        return word;
      }
    }
  }

  private static long lockPage(long address) {
    for (int spins = 0; ; spins++) {
      long v = Chunks.get(address);
      if (Entry.is(v, Entry.LOCKED)) {
        pause(spins);
      } else if (Chunks.compareAndSet(address, v, (v == 0 ? Entry.EMPTY : v) | Entry.LOCKED)) {
        return address;
      }
    }
  }

  /** Tells {@link #unlock} to leave the entry as it is. No entry has all bits. */
  static final long UNREAD = -1;

  /**
   * Stores an entry and unlocks it; an EMPTY one vanishes. Whoever has locked one begins with
   * {@link #UNREAD} and a {@code try} in which the entry is read.
   */
  static void unlock(long address, long next) {
    long entry = next == UNREAD ? Chunks.get(address) : next;
    assert isLocked(address) && Entry.isSound(entry);
    Chunks.setRelease(address, Entry.is(entry, Entry.EMPTY) ? 0 : entry & ~Entry.LOCKED);
  }

  private static boolean isLocked(long address) {
    long entry = Chunks.get(address);
    return !Entry.isLeaf(entry) && Entry.is(entry, Entry.LOCKED);
  }

  /** The entry of a page or of the 2 MiB around it, locked or not, or 0 if there is none. */
  long peek(long page) {
    long directory = directory(page >>> 18);
    if (directory == 0) {
      return 0;
    }
    long v = Chunks.get(directory + (page >>> 9) % PAGES * 8);
    return Entry.isLeaf(v) ? Chunks.get(Entry.leafAddress(v) + page % PAGES * 8) : v;
  }

  /** The frame of a page that has a block, or 0. */
  long block(long page) {
    long entry = peek(page);
    if (!Entry.hasBlock(entry)) {
      return 0;
    }
    return Entry.pfn(entry) + (Entry.is(entry, Entry.HUGE) ? page % PAGES : 0);
  }

  /**
   * Remembers that a page is this frame, unless something is remembered already (fault-around).
   *
   * @return whether the page may be shown as this frame now
   */
  boolean offer(long page, long pfn) throws RegionException {
    long word = directoryWord(page);
    long v = Chunks.get(word);
    if (v == 0) {
      addLeaf(word);
      v = Chunks.get(word);
    }
    if (!Entry.isLeaf(v)) {
      return Entry.hasBlock(v) && Entry.pfn(v) + page % PAGES == pfn;
    }
    long address = Entry.leafAddress(v) + page % PAGES * 8;
    long entry = Chunks.get(address);
    if (entry == 0) {
      return Chunks.compareAndSet(address, 0, Entry.of(pfn, 0));
    }
    return Entry.hasBlock(entry) && Entry.pfn(entry) == pfn;
  }

  /**
   * Marks a page that has a block.
   *
   * @return false if there is no such entry
   */
  boolean mark(long page, long bits) {
    return change(page, bits, 0);
  }

  /** Takes marks from a page. */
  void unmark(long page, long bits) {
    change(page, 0, bits);
  }

  private boolean change(long page, long set, long clear) {
    long directory = directory(page >>> 18);
    if (directory == 0) {
      return false;
    }
    long address = directory + (page >>> 9) % PAGES * 8;
    long v = Chunks.get(address);
    if (Entry.isLeaf(v)) {
      address = Entry.leafAddress(v) + page % PAGES * 8;
    }
    for (int spins = 0; ; spins++) {
      v = Chunks.get(address);
      if (Entry.isLeaf(v) || !Entry.hasBlock(v)) {
        return false;
      }
      // A locked entry is written by its holder alone, who keeps the marks that were read.
      if (!Entry.is(v, Entry.LOCKED) && Chunks.compareAndSet(address, v, (v | set) & ~clear)) {
        return true;
      }
      pause(spins);
    }
  }

  /** Whether there is any entry in the 2 MiB around a page. */
  boolean isTouched(long page) {
    long directory = directory(page >>> 18);
    return directory != 0 && Chunks.get(directory + (page >>> 9) % PAGES * 8) != 0;
  }

  /** Is shown entries. What it throws ends the walk. */
  interface Visitor<E extends Exception> {
    /** {@code page} is the first that the entry stands for. */
    void entry(long page, long entry) throws E;
  }

  /** Shows every entry that overlaps a range, without locking. */
  <E extends Exception> void forEach(long firstPage, long pageCount, Visitor<E> visitor) throws E {
    eachWord(
        firstPage,
        end(firstPage, pageCount),
        (page, address) -> {
          long v = Chunks.get(address);
          if (!Entry.isLeaf(v)) {
            if (v != 0) {
              visitor.entry(page, v);
            }
            return;
          }
          long last = Math.min(page + PAGES, end(firstPage, pageCount));
          for (long p = Math.max(page, firstPage); p < last; p++) {
            long entry = Chunks.get(Entry.leafAddress(v) + p % PAGES * 8);
            if (entry != 0) {
              visitor.entry(p, entry);
            }
          }
        });
  }

  /**
   * Gets ready to forget a range, and with it any 2 MiB entry that overlaps it. Needs the
   * invalidate lock exclusively until it has been run.
   */
  Removal removal(long firstPage, long pageCount) {
    return new Removal(firstPage, end(firstPage, pageCount));
  }

  /** Forgets a range. Allocates nothing. */
  final class Removal implements Words<RuntimeException> {
    private final long first;
    private final long end;

    private Removal(long first, long end) {
      this.first = first;
      this.end = end;
    }

    void run() {
      eachWord(first, end, this);
    }

    @Override
    public void word(long page, long address) {
      long v = Chunks.get(address);
      if (!Entry.isLeaf(v)) {
        assert !Entry.is(v, Entry.LOCKED) : "a fault is under way";
        Chunks.setRelease(address, 0);
      } else if (first <= page && page + PAGES <= end) {
        Chunks.setRelease(address, 0);
        chunks.free(Entry.leafAddress(v));
      } else {
        long last = Math.min(page + PAGES, end);
        for (long p = Math.max(page, first); p < last; p++) {
          assert !isLocked(Entry.leafAddress(v) + p % PAGES * 8) : "a fault is under way";
          Chunks.setRelease(Entry.leafAddress(v) + p % PAGES * 8, 0);
        }
      }
    }
  }

  /** Forgets everything and gives the memory back. Needs the invalidate lock exclusively. */
  void close() {
    removal(0, Long.MAX_VALUE).run();
    long[] table = slots;
    slots = new long[4];
    for (int i = 0; i < table.length; i += 2) {
      if (table[i] != 0) {
        chunks.free(table[i + 1]);
      }
    }
  }

  /** Is shown directory words. What it throws ends the walk. */
  interface Words<E extends Exception> {
    void word(long page, long address) throws E;
  }

  /**
   * Shows the directory words that there are for a range, each with the first page of its 2 MiB.
   */
  private <E extends Exception> void eachWord(long firstPage, long end, Words<E> words) throws E {
    long[] table = slots;
    for (int i = 0; i < table.length; i += 2) {
      long first = (table[i] - 1) << 18;
      if (table[i] == 0 || first >= end || first + (1 << 18) <= firstPage) {
        continue;
      }
      int from = (int) (Math.max(0, firstPage - first) / PAGES);
      for (int slot = from; slot < PAGES && first + (long) slot * PAGES < end; slot++) {
        words.word(first + (long) slot * PAGES, table[i + 1] + slot * 8L);
      }
    }
  }

  private static long end(long firstPage, long pageCount) {
    return pageCount > Long.MAX_VALUE - firstPage ? Long.MAX_VALUE : firstPage + pageCount;
  }

  private void addLeaf(long word) throws RegionException {
    long leaf = chunks.allocate();
    if (!Chunks.compareAndSet(word, 0, Entry.leaf(leaf))) {
      chunks.free(leaf);
    }
  }

  private long directoryWord(long page) throws RegionException {
    long directory = directory(page >>> 18);
    if (directory == 0) {
      directory = addDirectory(page >>> 18);
    }
    return directory + (page >>> 9) % PAGES * 8;
  }

  private long directory(long gib) {
    long[] table = slots;
    for (int i = start(gib, table); table[i] != 0; i = (i + 2) & (table.length - 1)) {
      if (table[i] == gib + 1) {
        return table[i + 1];
      }
    }
    return 0;
  }

  private synchronized long addDirectory(long gib) throws RegionException {
    long directory = directory(gib);
    if (directory != 0) {
      return directory;
    }
    directory = chunks.allocate();
    // A copy even when there is room: readers take no lock, and must not see half a pair.
    long[] old = slots;
    long[] table = new long[(used + 1) * 2 > old.length / 2 ? old.length * 2 : old.length];
    for (int i = 0; i < old.length; i += 2) {
      if (old[i] != 0) {
        put(table, old[i] - 1, old[i + 1]);
      }
    }
    put(table, gib, directory);
    used++;
    slots = table;
    assert directory(gib) == directory && used * 4 <= table.length : "half of the pairs are free";
    return directory;
  }

  private static void put(long[] table, long gib, long directory) {
    int i = start(gib, table);
    while (table[i] != 0) {
      i = (i + 2) & (table.length - 1);
    }
    table[i] = gib + 1;
    table[i + 1] = directory;
  }

  private static int start(long gib, long[] table) {
    return (int) (gib * 0x9E3779B97F4A7C15L >>> 40) * 2 & (table.length - 1);
  }

  /** Lets whoever has an entry locked go on. */
  static void pause(int spins) {
    if (spins < SPINS) {
      Thread.onSpinWait();
    } else {
      Waits.rest(2_000);
    }
  }
}
