package io.jdax.mm.engine;

import io.jdax.mm.TableSpaceException;
import io.jdax.os.Pages;
import io.jdax.region.RegionException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The translations of one mapping, for as long as it lives. Readers take no lock; a thread that
 * changes something holds the mapping's lock.
 *
 * <pre>
 *   Directory: pages side by side, made when the first of them is shown
 *     words     4 bytes per page, in memory that costs nothing until written:
 *                 0                                      not present
 *                 NEAR_PAGES + pfn − page of the directory    the sign bit: stores allowed
 *     dirty     a byte per page, see DirtyBytes
 *     per 2 MiB slot, for changes: what its words have in common
 *
 *   mapping of up to 16 GiB:   near = its one directory
 *   larger:                    far[i] = directory of the i-th GiB
 *
 *   run        as far from the beginning of the mapping as whole slots show frames in a row
 *   storeRun   the same where stores are allowed; of a near directory only
 * </pre>
 *
 * <p>Frames in a row have the same word, so that a 2 MiB translation is one value 512 times, and
 * the word of a page that is present is never 0. A byte lies at {@code (word << 12) + offset in the
 * directory} in the view of an {@link Epoch}, which begins NEAR_PAGES before the first frame.
 */
final class PageTable {
  /** Pages of a slot: 2 MiB. */
  static final int PAGES = 512;

  static final int PFN = 0x7fff_ffff;

  /** The most pages that a near directory may have. */
  static final long NEAR_PAGES = Epoch.HEAD_BYTES >> 12;

  static final int WRITABLE = 0x8000_0000;
  private static final long SLOT_BYTES = PAGES * 4096L;
  private static final long FAR_PAGES = 1L << 18;
  private static final int FAR_SHIFT = 30;

  private static final VarHandle FAR = MethodHandles.arrayElementVarHandle(Directory[].class);

  /** A table of no pages, as a closed mapping has it. */
  static final PageTable NONE = new PageTable();

  private final long pageCount;
  private final @Nullable Directory[] far;
  private final @Nullable TablePool pool;
  private final TablePool.@Nullable Place place;
  private @Nullable Directory near;
  private final Run run = new Run();
  private final Run storeRun = new Run();
  private volatile boolean wasWritable;
  private volatile boolean isMade;

  /** Of no pages. */
  private PageTable() {
    pageCount = 0;
    pool = null;
    place = null;
    far = new Directory[0];
  }

  /**
   * Makes an empty table, with all the addresses that it may ever need.
   *
   * @param stores whether pages may be shown for stores
   * @throws TableSpaceException no addresses are left
   */
  PageTable(long pageCount, TablePool pool, boolean stores) throws RegionException {
    this.pageCount = pageCount;
    this.pool = pool;
    far = new Directory[pageCount <= NEAR_PAGES ? 0 : (int) (pageCount - 1 >>> 18) + 1];
    place = pool.reserve(pageCount, stores);
  }

  // ---------------------------------------------------------------- without a lock

  long pageCount() {
    return pageCount;
  }

  /** The directory of a mapping of up to 16 GiB, or null before its first page is shown. */
  @Nullable Directory near() {
    return near;
  }

  /** The run for loads. Read under the lock, like {@link #near}, into a {@link Generation}. */
  Run run() {
    return run;
  }

  /** The run for stores, likewise. */
  Run storeRun() {
    return storeRun;
  }

  long farReadable(long offset) {
    Directory d = farDirectory(offset);
    long in = offset & FAR_PAGES * Pages.BYTES - 1;
    if (d == null || in >= d.bytes()) {
      return -1;
    }
    int word = d.word(in >>> Pages.SHIFT) & PFN;
    return word == 0 ? -1 : ((long) word << Pages.SHIFT) + in;
  }

  long farWritable(long offset) {
    Directory d = farDirectory(offset);
    long in = offset & FAR_PAGES * Pages.BYTES - 1;
    if (d == null || in >= d.bytes()) {
      return -1;
    }
    int word = d.word(in >>> Pages.SHIFT);
    return word >= 0 ? -1 : ((long) (word & PFN) << Pages.SHIFT) + in;
  }

  /**
   * Where the dirty byte of an offset lies that was found writable, in an epoch's view, as are the
   * two above.
   */
  long farDirty(long offset) {
    Directory d = farDirectory(offset);
    return d == null ? -1 : Epoch.HEAD_BYTES + d.dirty + ((offset >>> Pages.SHIFT) & FAR_PAGES - 1);
  }

  private @Nullable Directory farDirectory(long offset) {
    long i = offset >>> FAR_SHIFT;
    return i < far.length ? far[(int) i] : null;
  }

  /**
   * Where the 512 dirty bytes of a slot lie, as an offset in the frame space, or a negative number
   * if nothing in the slot was ever writable.
   */
  long dirty(long slot) {
    Directory d = directory(slot * PAGES);
    int i = (int) (inDirectory(slot * PAGES) / PAGES);
    return d == null || !d.wasWritable(i) ? -1 : d.dirty + (long) i * PAGES;
  }

  /**
   * The first slot from this one on that has a directory, or one beyond the end if none has. For
   * walks, which step over what was never touched.
   */
  long nextMade(long slot) {
    long at = slot;
    while (at * PAGES < pageCount && directory(at * PAGES) == null) {
      at = far.length == 0 ? pageCount / PAGES + 1 : (at | FAR_PAGES / PAGES - 1) + 1;
    }
    return at;
  }

  /**
   * The first slot from this one on that has a dirty byte which is not clean, or one beyond the end
   * if there is none.
   *
   * @param memory of the frame space
   */
  long nextMarked(long slot, MemorySegment memory) {
    long at = nextMade(slot);
    while (at * PAGES < pageCount) {
      Directory d = directory(at * PAGES);
      if (d == null) {
        break; // a closed mapping's, whose marks have become entries
      }
      long first = d.first / PAGES;
      long from = d.dirty + Math.max(at - first, d.storedFirst()) * PAGES;
      long end = d.dirty + (long) d.storedEnd() * PAGES;
      long marked = DirtyBytes.nextMarked(memory, from, end);
      if (marked < end) {
        return first + (marked - d.dirty) / PAGES;
      }
      at = nextMade(first + d.slots.length);
    }
    return at;
  }

  /** The frame that a page of the mapping shows, or 0 if it shows nothing. */
  long pfn(long page) {
    Directory d = directory(page);
    long in = inDirectory(page);
    int word = d == null ? 0 : d.word(in);
    return d == null || word == 0 ? 0 : d.pfn(in, word);
  }

  /** Whether a page is shown for stores. */
  boolean isWritable(long page) {
    Directory d = directory(page);
    return d != null && d.word(inDirectory(page)) < 0;
  }

  /** The directory that a page belongs to, or null before the first of its pages is shown. */
  @Nullable Directory directory(long page) {
    return far.length == 0 ? near : far[(int) (page / FAR_PAGES)];
  }

  /** Number of a page in its directory. */
  long inDirectory(long page) {
    return far.length == 0 ? page : page % FAR_PAGES;
  }

  // ---------------------------------------------------------------- under the mapping's lock

  /**
   * Makes the directory of a page, if it has none yet.
   *
   * @throws RegionException the system has no memory for it
   */
  void prepare(long page) throws RegionException {
    if (directory(page) != null || pool == null || place == null) {
      return;
    }
    long first = far.length == 0 ? 0 : page & -FAR_PAGES;
    long pages = far.length == 0 ? pageCount : Math.min(FAR_PAGES, pageCount - first);
    pool.use(place, first, pages);
    Directory d =
        new Directory(first, pages, place.words() + first * 4, pool.dirtyOffset(place, first));
    if (far.length == 0) {
      near = d;
    } else {
      FAR.setRelease(far, (int) (page / FAR_PAGES), d);
    }
    isMade = true;
  }

  /** Whether a store was ever allowed. */
  boolean wasWritable() {
    return wasWritable;
  }

  /** Whether anything was ever shown. */
  boolean isMade() {
    return isMade;
  }

  /**
   * Gives back the memory, and the frames that it shows and {@code copies} owns. No thread looks at
   * it any more; one that has kept the table for longer than it may finds an empty one.
   */
  void giveBack(@Nullable PrivateFrames copies) {
    Directory only = near;
    near = null;
    distrustRuns();
    if (only != null) {
      free(only, copies);
    }
    for (int i = 0; i < far.length; i++) {
      Directory d = far[i];
      far[i] = null;
      if (d != null) {
        free(d, copies);
      }
    }
    if (pool != null && place != null) {
      pool.release(place);
    }
  }

  private void free(Directory d, @Nullable PrivateFrames copies) {
    for (int i = 0; copies != null && i < d.slots.length; i++) {
      for (int k = 0; d.presentPages(i) > 0 && k < d.pagesIn(i); k++) {
        long page = (long) i * PAGES + k;
        int word = d.word(page);
        if (word != 0 && copies.owns(d.pfn(page, word))) {
          copies.free(d.pfn(page, word), 1);
        }
      }
    }
    if (pool != null && place != null) {
      pool.clean(place, d.first, d.pages);
      for (int i = 0; Poison.ON && i < d.slots.length; i++) {
        if (d.slots[i] != 0) {
          pool.poison(place, d.first + (long) i * PAGES, d.pagesIn(i));
        }
      }
    }
  }

  /** Shows {@code count} frames from {@code page} on, all in one slot, which is prepared. */
  void install(long page, long count, long pfn, boolean writable) {
    Directory d = requireDirectory(page);
    long in = inDirectory(page);
    int i = (int) (in / PAGES);
    int word = (int) (NEAR_PAGES + pfn - in);
    assert TableCheck.fits(this, page, count) && word > 0;
    leaveRuns(page / PAGES, (pfn - page) << Pages.SHIFT, writable);
    if (writable && !wasWritable) {
      wasWritable = true;
    }
    d.show(i, in, count, word, writable);
    if (d.samePages(i) == d.pagesIn(i)) {
      joinRuns(page / PAGES);
    }
    assert TableCheck.agrees(this, page, count);
  }

  /** Cuts runs short of a slot that is about to show other frames, or to allow no stores. */
  private void leaveRuns(long slot, long delta, boolean writable) {
    if (delta != run.delta) {
      run.cut(slot * SLOT_BYTES);
    }
    if (delta != storeRun.delta || !writable) {
      storeRun.cut(slot * SLOT_BYTES);
    }
  }

  /**
   * Ends the runs after an error in the middle of a change, so that pages are found by their words.
   */
  void distrustRuns() {
    run.cut(0);
    storeRun.cut(0);
  }

  /** Extends runs by a slot that has become whole, if it is the one that they end before. */
  private void joinRuns(long slot) {
    extend(run, slot, false);
    if (far.length == 0) {
      extend(storeRun, slot, true);
    }
  }

  private void extend(Run old, long slot, boolean writable) {
    // Not for mappings of less than a slot: each change of a run is published, which costs more
    // than a run of a few pages is worth.
    if (slot * SLOT_BYTES != old.length || pageCount < PAGES) {
      return;
    }
    long delta = slot == 0 ? delta(0) : old.delta;
    long next = slot;
    while (next * PAGES < pageCount && delta(next) == delta && isWhole(next, writable)) {
      next++;
    }
    if (next > slot) {
      old.set(Math.min(next * PAGES, pageCount) << Pages.SHIFT, delta);
    }
  }

  private boolean isWhole(long slot, boolean writable) {
    Directory d = directory(slot * PAGES);
    int i = (int) (inDirectory(slot * PAGES) / PAGES);
    return d != null
        && d.samePages(i) == d.pagesIn(i)
        && (!writable || d.writablePages(i) == d.pagesIn(i));
  }

  /** What leads from a slot's offsets to the frames that most of it shows, if it shows any. */
  private long delta(long slot) {
    Directory d = directory(slot * PAGES);
    long in = inDirectory(slot * PAGES);
    return d == null
        ? 0
        : (d.pfn(in, d.commonWord((int) (in / PAGES))) - slot * PAGES) << Pages.SHIFT;
  }

  /** Decides which translations to take away. */
  interface Filter {
    boolean takes(long page, long pfn);
  }

  /** As the other, for pages counted from the start of the mapping. */
  long drop(long page, long count, Filter which) {
    return drop(page, count, 0, which);
  }

  /**
   * Takes translations away.
   *
   * @param base the page of the file that is page 0 of the mapping; the pages that {@code which} is
   *     asked about count from the start of the file
   * @param which is asked about each translation in the range
   * @return how many it took away
   */
  long drop(long page, long count, long base, Filter which) {
    long end = page + count;
    long dropped = 0;
    for (long slot = nextMade(page / PAGES); slot * PAGES < end; slot = nextMade(slot + 1)) {
      Directory d = requireDirectory(slot * PAGES);
      int i = (int) (inDirectory(slot * PAGES) / PAGES);
      if (d.presentPages(i) == 0) {
        continue;
      }
      long from = slot * PAGES - inDirectory(slot * PAGES);
      long gone = 0;
      for (long p = Math.max(page, slot * PAGES); p < Math.min(end, (slot + 1) * PAGES); p++) {
        int word = d.word(p - from);
        if (word != 0 && which.takes(base + p, d.pfn(p - from, word))) {
          d.set(i, p - from, 0);
          gone++;
        }
      }
      if (gone > 0) {
        run.cut(slot * SLOT_BYTES);
        storeRun.cut(slot * SLOT_BYTES);
      }
      assert TableCheck.agrees(this, slot * PAGES, 1);
      dropped += gone;
    }
    return dropped;
  }

  /** How many pages show a frame of {@code [from, to)}. Looks at touched slots only. */
  long count(long from, long to) {
    long found = near == null ? 0 : countIn(near, from, to);
    for (Directory d : far) {
      found += d == null ? 0 : countIn(d, from, to);
    }
    return found;
  }

  private static long countIn(Directory d, long from, long to) {
    long found = 0;
    for (int i = 0; i < d.slots.length; i++) {
      for (long k = 0; d.presentPages(i) > 0 && k < d.pagesIn(i); k++) {
        long page = (long) i * PAGES + k;
        int word = d.word(page);
        long pfn = d.pfn(page, word);
        found += word != 0 && pfn >= from && pfn < to ? 1 : 0;
      }
    }
    return found;
  }

  private Directory requireDirectory(long page) {
    Directory d = directory(page);
    if (d == null) {
      throw new IllegalStateException("page " + page + " of a mapping was not prepared");
    }
    return d;
  }
}
