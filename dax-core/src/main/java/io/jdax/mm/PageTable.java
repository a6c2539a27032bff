package io.jdax.mm;

import io.jdax.region.RegionException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The translations of one mapping, for as long as it lives. Readers take no lock; whoever changes
 * something holds the mapping's lock.
 *
 * <pre>
 *   Directory: one slot per 2 MiB of the mapping
 *     huge[slot]          ABSENT, or what to add to an offset in the mapping to get the offset in the frame space
 *     writableHuge[slot]  the same where stores are allowed, else ABSENT
 *     leaf[slot]          looked at when huge is absent: null, or 512 words, each 0 or a pfn, the sign bit: stores allowed
 *     dirty               where a byte per page lies, see DirtyBytes; there before the first writable translation
 *     stored[slot]        whether anything in the slot was ever writable
 *
 *   run: as far from the beginning of the mapping as huge translations lead to consecutive frames, one addition for all
 *
 *   mapping of up to 16 GiB:   near = its one directory
 *   larger:                    near is empty; far[i] = directory of the i-th GiB, made when first needed
 * </pre>
 */
final class PageTable {
  static final int SLOT_SHIFT = 21;
  static final int PAGES = 512;

  private static final long NEAR_SLOTS = 8192;
  private static final int FAR_SHIFT = 30;
  private static final int FAR_SLOTS = 512;

  /** Added to any offset it stays negative, which is how an access finds out. */
  private static final long ABSENT = Long.MIN_VALUE >> 1;

  static final int PFN = 0x7fff_ffff;
  private static final int WRITABLE = 0x8000_0000;

  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(int[].class);
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle LEAF = MethodHandles.arrayElementVarHandle(int[][].class);
  private static final VarHandle FAR = MethodHandles.arrayElementVarHandle(Directory[].class);

  /** A table of no pages: what a closed mapping has. */
  static final PageTable NONE = new PageTable(0, null);

  /** Slots side by side. */
  static final class Directory {
    final long[] huge;
    final long[] writableHuge;
    final int[][] leaf;
    final boolean[] stored;

    /** Offset in the frame space, or ABSENT. */
    long dirty = ABSENT;

    Directory(int slots) {
      huge = new long[slots];
      writableHuge = new long[slots];
      Arrays.fill(huge, ABSENT);
      Arrays.fill(writableHuge, ABSENT);
      leaf = new int[slots][];
      stored = new boolean[slots];
    }
  }

  /**
   * The bytes from the beginning of the mapping up to {@code length} are frames in a row.
   *
   * @param delta what to add to an offset in the mapping
   * @param dirty what to add to the number of a page to get to its dirty byte
   */
  record Run(long length, long delta, long dirty) {
    static final Run NONE = new Run(0, 0, ABSENT);

    /** Something in a slot is about to change: what of the run lies before it. */
    Run before(long slot) {
      if (slot << SLOT_SHIFT >= length) {
        return this;
      }
      return slot == 0 ? NONE : new Run(slot << SLOT_SHIFT, delta, dirty);
    }
  }

  final Directory near;

  /**
   * A loop over a file in one piece needs no more than this, which the compiler takes out of the
   * loop. Read plainly, and like the directories only through a {@link Generation}.
   */
  Run run = Run.NONE;

  /**
   * The same for stores, in a mapping of up to 16 GiB, whose dirty bytes are in a row, so that
   * marking is an addition too.
   */
  Run storeRun = Run.NONE;

  private final @Nullable Directory[] far;

  private final @Nullable DirtyPool pool;

  /**
   * An empty table.
   *
   * @param pool where dirty bytes come from; null: nothing is ever writable
   */
  PageTable(long pageCount, @Nullable DirtyPool pool) {
    this.pool = pool;
    long slots = (pageCount + PAGES - 1) / PAGES;
    near = new Directory(slots <= NEAR_SLOTS ? (int) slots : 0);
    far = new Directory[slots <= NEAR_SLOTS ? 0 : (int) ((slots + FAR_SLOTS - 1) / FAR_SLOTS)];
  }

  // ---------------------------------------------------------------- without a lock

  static long inLeaf(int @Nullable [] leaf, long offset) {
    if (leaf == null) {
      return -1;
    }
    int word = leaf[(int) (offset >>> 12) & PAGES - 1];
    return word == 0 ? -1 : ((long) (word & PFN) << 12) + (offset & 4095);
  }

  static long writableInLeaf(int @Nullable [] leaf, long offset) {
    if (leaf == null) {
      return -1;
    }
    int word = leaf[(int) (offset >>> 12) & PAGES - 1];
    return word >= 0 ? -1 : ((long) (word & PFN) << 12) + (offset & 4095);
  }

  long farReadable(long offset) {
    Directory d = farDirectory(offset);
    if (d == null) {
      return -1;
    }
    int slot = (int) (offset >>> SLOT_SHIFT) & FAR_SLOTS - 1;
    long at = d.huge[slot] + offset;
    return at >= 0 ? at : inLeaf(d.leaf[slot], offset);
  }

  long farWritable(long offset) {
    Directory d = farDirectory(offset);
    if (d == null) {
      return -1;
    }
    int slot = (int) (offset >>> SLOT_SHIFT) & FAR_SLOTS - 1;
    long at = d.writableHuge[slot] + offset;
    return at >= 0 ? at : writableInLeaf(d.leaf[slot], offset);
  }

  long farDirty(long offset) {
    Directory d = farDirectory(offset);
    return d == null ? ABSENT : d.dirty + ((offset >>> 12) & FAR_SLOTS * PAGES - 1);
  }

  private @Nullable Directory farDirectory(long offset) {
    long i = offset >>> FAR_SHIFT;
    return i < far.length ? far[(int) i] : null;
  }

  /** Where the dirty bytes of a slot lie; negative when nothing in it was ever writable. */
  long dirty(long slot) {
    Directory d = directory(slot, false);
    return d == null || !d.stored[index(slot)] ? ABSENT : d.dirty + (long) index(slot) * PAGES;
  }

  /** Gives the dirty bytes back: nobody marks or looks at them any more. */
  void freeDirty() {
    freeDirty(near);
    for (Directory d : far) {
      if (d != null) {
        freeDirty(d);
      }
    }
  }

  private void freeDirty(Directory d) {
    DirtyPool from = pool;
    if (d.dirty >= 0 && from != null) {
      from.free(d.dirty, (long) d.huge.length * PAGES);
      d.dirty = ABSENT;
    }
  }

  /** The last slot of the GiB around a slot, if nothing of that was ever touched; else the slot. */
  long skipEmpty(long slot) {
    return directory(slot, false) == null ? slot | FAR_SLOTS - 1 : slot;
  }

  /** pfn that a page of the mapping shows; 0 for none. */
  long pfn(long page) {
    Directory d = directory(page / PAGES, false);
    long offset = page << 12;
    if (d == null) {
      return 0;
    }
    int slot = index(page / PAGES);
    long at = d.huge[slot] + offset;
    at = at >= 0 ? at : inLeaf(d.leaf[slot], offset);
    return at < 0 ? 0 : at >>> 12;
  }

  boolean writable(long page) {
    Directory d = directory(page / PAGES, false);
    long offset = page << 12;
    int slot = index(page / PAGES);
    return d != null
        && (d.writableHuge[slot] + offset >= 0 || writableInLeaf(d.leaf[slot], offset) >= 0);
  }

  // ---------------------------------------------------------------- under the mapping's lock

  /**
   * Before a writable translation: the slot of a page gets its dirty bytes.
   *
   * @throws RegionException there are none left
   */
  void prepareStores(long page) throws RegionException {
    Directory d = made(page / PAGES);
    int i = index(page / PAGES);
    if (d.stored[i]) {
      return;
    }
    DirtyPool from = pool;
    if (d.dirty < 0 && from != null) {
      d.dirty = from.allocate((long) d.huge.length * PAGES);
    }
    d.stored[i] = true;
  }

  /**
   * Shows {@code count} frames from {@code page} on, all in one slot. The whole of a slot becomes
   * one huge translation.
   */
  void install(long page, long count, long pfn, boolean writable) {
    long slot = page / PAGES;
    Directory d = made(slot);
    int i = index(slot);
    long delta = (pfn - page) << 12;
    if (count < PAGES || delta != run.delta) {
      run = run.before(slot);
    }
    if (count < PAGES || delta != storeRun.delta || !writable) {
      storeRun = storeRun.before(slot);
    }
    if (count == PAGES) {
      SLOT.setRelease(d.huge, i, delta);
      SLOT.setRelease(d.writableHuge, i, writable ? delta : ABSENT);
      d.leaf[i] = null;
      run = extended(run, slot, delta, false);
      if (writable && far.length == 0) {
        storeRun = extended(storeRun, slot, delta, true);
      }
      return;
    }
    split(slot);
    int[] leaf = d.leaf[i];
    boolean fresh = leaf == null;
    if (fresh) {
      leaf = new int[PAGES];
    }
    for (int k = (int) (page % PAGES), n = 0; n < count; k++, n++) {
      WORD.setRelease(leaf, k, (int) (pfn + n) | (writable ? WRITABLE : 0));
    }
    if (fresh) {
      LEAF.setRelease(d.leaf, i, leaf);
    }
  }

  /** A slot has become huge; it may be the one that a run waited for. */
  private Run extended(Run old, long slot, long delta, boolean writable) {
    if (slot << SLOT_SHIFT != old.length || slot > 0 && delta != old.delta) {
      return old;
    }
    long end = slot + 1;
    while (isHuge(end, delta, writable)) {
      end++;
    }
    return new Run(end << SLOT_SHIFT, delta, near.dirty);
  }

  private boolean isHuge(long slot, long delta, boolean writable) {
    Directory d = directory(slot, false);
    if (d == null || index(slot) >= d.huge.length) {
      return false;
    }
    return (writable ? d.writableHuge : d.huge)[index(slot)] == delta;
  }

  /** Makes the pages of a huge translation separate. What they show does not change. */
  private void split(long slot) {
    Directory d = made(slot);
    int i = index(slot);
    if (d.huge[i] == ABSENT) {
      return;
    }
    long pfn = (d.huge[i] >> 12) + slot * PAGES;
    int flag = d.writableHuge[i] == ABSENT ? 0 : WRITABLE;
    int[] leaf = new int[PAGES];
    for (int k = 0; k < PAGES; k++) {
      leaf[k] = (int) (pfn + k) | flag;
    }
    LEAF.setRelease(d.leaf, i, leaf);
    SLOT.setRelease(d.writableHuge, i, ABSENT);
    SLOT.setRelease(d.huge, i, ABSENT);
  }

  /** Decides about one translation. */
  interface Filter {
    boolean drop(long page, long pfn);
  }

  /**
   * Takes translations away.
   *
   * @param which asked for each translation present in the range
   * @return how many pages it took
   */
  long drop(long page, long count, Filter which) {
    long end = page + count;
    long dropped = 0;
    for (long slot = page / PAGES; slot * PAGES < end; slot++) {
      Directory d = directory(slot, false);
      if (d == null) {
        slot |= FAR_SLOTS - 1; // none of this GiB; a table with near slots always has its directory
        continue;
      }
      int i = index(slot);
      long first = Math.max(page, slot * PAGES);
      long last = Math.min(end, (slot + 1) * PAGES);
      run = run.before(slot);
      storeRun = storeRun.before(slot);
      if (d.huge[i] != ABSENT) {
        if (last - first < PAGES) {
          split(slot);
        } else if (which.drop(first, (d.huge[i] >> 12) + first)) {
          SLOT.setRelease(d.writableHuge, i, ABSENT);
          SLOT.setRelease(d.huge, i, ABSENT);
          dropped += PAGES;
        }
      }
      dropped += dropPages(d, i, first, last, which);
    }
    return dropped;
  }

  private static long dropPages(Directory d, int i, long first, long last, Filter which) {
    int[] leaf = d.leaf[i];
    if (leaf == null) {
      return 0;
    }
    long dropped = 0;
    for (long page = first; page < last; page++) {
      int k = (int) (page % PAGES);
      if (leaf[k] != 0 && which.drop(page, leaf[k] & PFN)) {
        WORD.setRelease(leaf, k, 0);
        dropped++;
      }
    }
    if (last - first == PAGES && dropped == PAGES) {
      d.leaf[i] = null;
    }
    return dropped;
  }

  /** How many pages show a frame of {@code [from, to)}; looks at touched slots only. */
  long count(long from, long to) {
    long found = countIn(near, from, to, 0);
    for (int i = 0; i < far.length; i++) {
      Directory d = far[i];
      found += d == null ? 0 : countIn(d, from, to, (long) i * FAR_SLOTS);
    }
    return found;
  }

  private static long countIn(Directory d, long from, long to, long firstSlot) {
    long found = 0;
    for (int i = 0; i < d.huge.length; i++) {
      int[] leaf = d.leaf[i];
      if (d.huge[i] != ABSENT) {
        long pfn = (d.huge[i] >> 12) + (firstSlot + i) * PAGES;
        found += pfn >= from && pfn < to ? PAGES : 0;
      } else if (leaf != null) {
        for (int word : leaf) {
          long pfn = word & PFN;
          found += word != 0 && pfn >= from && pfn < to ? 1 : 0;
        }
      }
    }
    return found;
  }

  private @Nullable Directory directory(long slot, boolean make) {
    if (slot < near.huge.length) {
      return near;
    }
    long i = slot / FAR_SLOTS;
    if (i >= far.length) {
      return null;
    }
    Directory d = far[(int) i];
    if (d == null && make) {
      d = new Directory(FAR_SLOTS);
      FAR.setRelease(far, (int) i, d);
    }
    return d;
  }

  private Directory made(long slot) {
    Directory d = directory(slot, true);
    if (d == null) {
      throw new IndexOutOfBoundsException("slot " + slot);
    }
    return d;
  }

  private int index(long slot) {
    return (int) (slot < near.huge.length ? slot : slot % FAR_SLOTS);
  }
}
