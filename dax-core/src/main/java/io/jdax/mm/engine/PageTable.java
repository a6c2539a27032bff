package io.jdax.mm.engine;

import io.jdax.mm.TableSpaceException;
import io.jdax.os.Pages;
import io.jdax.region.RegionException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The translations of one mapping, for as long as it lives. Readers take no lock; whoever changes
 * something holds the mapping's lock.
 *
 * <pre>
 *   Directory: pages side by side, made when the first of them is shown
 *     words     4 bytes per page, in memory that costs nothing until written:
 *                 0                                      not present
 *                 NEAR_PAGES + pfn − page of the directory    the sign bit: stores allowed
 *     dirty     a byte per page, see DirtyBytes
 *     per 2 MiB slot, for who changes things: what the words in it have in common
 *
 *   mapping of up to 16 GiB:   near = its one directory
 *   larger:                    far[i] = directory of the i-th GiB
 *
 *   run        as far from the beginning of the mapping as whole slots show frames in a row
 *   storeRun   the same where stores are allowed; of a near directory only
 * </pre>
 *
 * <p>Frames in a row have the same word, so that a 2 MiB translation is one value 512 times; and a
 * word is never 0 when it is present. A byte lies at {@code (word << 12) + offset in the directory}
 * in the view of an {@link Epoch}, which begins NEAR_PAGES before the first frame.
 */
final class PageTable {
  /** Of a slot. */
  static final int PAGES = 512;

  static final int PFN = 0x7fff_ffff;

  /** Pages that a near directory may have. */
  static final long NEAR_PAGES = Epoch.HEAD_BYTES >> 12;

  static final int WRITABLE = 0x8000_0000;
  private static final long SLOT_BYTES = PAGES * 4096L;
  private static final long FAR_PAGES = 1L << 18;
  private static final int FAR_SHIFT = 30;

  private static final VarHandle FAR = MethodHandles.arrayElementVarHandle(Directory[].class);

  /** A table of no pages: what a closed mapping has. */
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
   * An empty table, which has the addresses that it may ever need.
   *
   * @param stores false: nothing is ever shown for stores
   * @throws TableSpaceException there are no addresses
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

  /** Null until a page is shown, and when the mapping is larger. */
  @Nullable Directory near() {
    return near;
  }

  /** Read under the lock, like {@link #near}, into a {@link Generation}. */
  Run run() {
    return run;
  }

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

  /** For an offset that was found writable; in an epoch's view, as are the two above. */
  long farDirty(long offset) {
    Directory d = farDirectory(offset);
    return d == null ? -1 : Epoch.HEAD_BYTES + d.dirty + ((offset >>> Pages.SHIFT) & FAR_PAGES - 1);
  }

  private @Nullable Directory farDirectory(long offset) {
    long i = offset >>> FAR_SHIFT;
    return i < far.length ? far[(int) i] : null;
  }

  /**
   * Where the 512 dirty bytes of a slot lie, as an offset in the frame space; negative when nothing
   * in it was ever writable.
   */
  long dirty(long slot) {
    Directory d = directory(slot * PAGES);
    int i = (int) (inDirectory(slot * PAGES) / PAGES);
    return d == null || !d.stored(i) ? -1 : d.dirty + (long) i * PAGES;
  }

  /** The last slot that has no directory like this one; the slot itself if it has one. */
  long skipEmpty(long slot) {
    if (directory(slot * PAGES) != null) {
      return slot;
    }
    return far.length == 0 ? pageCount / PAGES : slot | FAR_PAGES / PAGES - 1;
  }

  /** pfn that a page of the mapping shows; 0 for none. */
  long pfn(long page) {
    Directory d = directory(page);
    long in = inDirectory(page);
    int word = d == null ? 0 : d.word(in);
    return d == null || word == 0 ? 0 : d.pfn(in, word);
  }

  boolean writable(long page) {
    Directory d = directory(page);
    return d != null && d.word(inDirectory(page)) < 0;
  }

  @Nullable Directory directory(long page) {
    return far.length == 0 ? near : far[(int) (page / FAR_PAGES)];
  }

  long inDirectory(long page) {
    return far.length == 0 ? page : page % FAR_PAGES;
  }

  // ---------------------------------------------------------------- under the mapping's lock

  /**
   * Before a page is shown that never was.
   *
   * @throws RegionException no memory for its table
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
   * Gives back the memory, and those frames that are shown and {@code copies} owns. No thread looks
   * at it any more; one that kept the table for longer than it may finds an empty one.
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
      for (int k = 0; d.present(i) > 0 && k < d.pagesIn(i); k++) {
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
    Directory d = made(page);
    long in = inDirectory(page);
    int i = (int) (in / PAGES);
    int word = (int) (NEAR_PAGES + pfn - in);
    assert TableCheck.fits(this, page, count) && word > 0;
    leaveRuns(page / PAGES, (pfn - page) << Pages.SHIFT, writable);
    if (writable && !wasWritable) {
      wasWritable = true;
    }
    d.show(i, in, count, word, writable);
    if (d.same(i) == d.pagesIn(i)) {
      joinRuns(page / PAGES);
    }
    assert TableCheck.agrees(this, page, count);
  }

  /** A slot is about to show other frames, or no longer to allow stores. */
  private void leaveRuns(long slot, long delta, boolean writable) {
    if (delta != run.delta) {
      run.cut(slot * SLOT_BYTES);
    }
    if (delta != storeRun.delta || !writable) {
      storeRun.cut(slot * SLOT_BYTES);
    }
  }

  /** An error came in the middle of a change: pages are found by their words. */
  void distrustRuns() {
    run.cut(0);
    storeRun.cut(0);
  }

  /** A slot has become whole; it may be the one that a run waited for. */
  private void joinRuns(long slot) {
    extend(run, slot, false);
    if (far.length == 0) {
      extend(storeRun, slot, true);
    }
  }

  private void extend(Run old, long slot, boolean writable) {
    // Not for less than a slot: whoever is told of a run is told of its end, too, which costs more
    // than a few pages are worth.
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
    return d != null && d.same(i) == d.pagesIn(i) && (!writable || d.writable(i) == d.pagesIn(i));
  }

  /** Of the frames that most of a slot shows, if any. */
  private long delta(long slot) {
    Directory d = directory(slot * PAGES);
    long in = inDirectory(slot * PAGES);
    return d == null ? 0 : (d.pfn(in, d.common((int) (in / PAGES))) - slot * PAGES) << Pages.SHIFT;
  }

  /** Decides about one translation. */
  interface Filter {
    boolean drop(long page, long pfn);
  }

  long drop(long page, long count, Filter which) {
    return drop(page, count, 0, which);
  }

  /**
   * Takes translations away.
   *
   * @param base page of the file that page 0 is: what {@code which} is told counts from there
   * @param which asked for each translation present in the range
   * @return how many pages it took
   */
  long drop(long page, long count, long base, Filter which) {
    long end = page + count;
    long dropped = 0;
    for (long slot = page / PAGES; slot * PAGES < end; slot++) {
      Directory d = directory(slot * PAGES);
      if (d == null) {
        slot = skipEmpty(slot);
        continue;
      }
      int i = (int) (inDirectory(slot * PAGES) / PAGES);
      if (d.present(i) == 0) {
        continue;
      }
      long from = slot * PAGES - inDirectory(slot * PAGES);
      long gone = 0;
      for (long p = Math.max(page, slot * PAGES); p < Math.min(end, (slot + 1) * PAGES); p++) {
        int word = d.word(p - from);
        if (word != 0 && which.drop(base + p, d.pfn(p - from, word))) {
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

  /** How many pages show a frame of {@code [from, to)}; looks at touched slots only. */
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
      for (long k = 0; d.present(i) > 0 && k < d.pagesIn(i); k++) {
        long page = (long) i * PAGES + k;
        int word = d.word(page);
        long pfn = d.pfn(page, word);
        found += word != 0 && pfn >= from && pfn < to ? 1 : 0;
      }
    }
    return found;
  }

  private Directory made(long page) {
    Directory d = directory(page);
    if (d == null) {
      throw new IllegalStateException("page " + page + " of a mapping was not prepared");
    }
    return d;
  }
}
