package io.jdax.mm.engine;

import io.jdax.os.Pages;
import java.lang.invoke.VarHandle;

/**
 * A part of a {@link PageTable}: pages side by side, their words, and what is known of each slot of
 * 2 MiB. Changed under the mapping's lock.
 */
final class Directory {
  private static final int PAGES = PageTable.PAGES;

  // What is known of a slot, in one long.
  //   counts of pages that are present, that are writable, and that have the common word but for
  //   its sign (SAME)
  //   STORED     whether any page was ever writable, so that dirty bytes have to be looked at
  //   COMMON     the common word: what most pages of the slot show, if they are frames in a row
  private static final long PRESENT = 1;
  private static final long WRITABLE_PAGES = 1L << 10;
  private static final long SAME = 1L << 20;
  private static final long STORED = 1L << 30;
  private static final int COMMON = 32;
  private static final long COUNT = (1 << 10) - 1;

  /** The page of the mapping that is page 0 of the directory. */
  final long first;

  final long pages;

  /** Address of the first word. */
  final long words;

  /** Offset of the first dirty byte in the frame space, or 0 if no stores are allowed. */
  final long dirty;

  /** Per slot, see {@link #PRESENT} to {@link #COMMON}. */
  final long[] slots;

  /** All slots in which a page ever allowed stores are from this one on. */
  private volatile int storedFirst = Integer.MAX_VALUE;

  /** And before this one. */
  private volatile int storedEnd;

  Directory(long first, long pages, long words, long dirty) {
    this.first = first;
    this.pages = pages;
    this.words = words;
    this.dirty = dirty;
    this.slots = new long[(int) ((pages + PAGES - 1) / PAGES)];
  }

  long bytes() {
    return Pages.bytes(pages);
  }

  /** Pages of a slot, fewer than 512 only at the end of the mapping. */
  int pagesIn(int slot) {
    return (int) Math.min(PAGES, pages - (long) slot * PAGES);
  }

  /** How many pages of a slot show anything. */
  int presentPages(int slot) {
    return (int) (slots[slot] / PRESENT & COUNT);
  }

  /** How many of these allow stores. */
  int writablePages(int slot) {
    return (int) (slots[slot] / WRITABLE_PAGES & COUNT);
  }

  /** How many pages have the common word; may be too few, never too many. */
  int samePages(int slot) {
    return (int) (slots[slot] / SAME & COUNT);
  }

  /** The word of frames in a row that {@link #samePages} counts. */
  int commonWord(int slot) {
    return (int) (slots[slot] >>> COMMON);
  }

  /** Whether any page of a slot ever allowed stores. */
  boolean wasWritable(int slot) {
    return (slots[slot] & STORED) != 0;
  }

  /** The first slot that may have dirty bytes, or one that is not before {@link #storedEnd}. */
  int storedFirst() {
    return storedFirst;
  }

  /** The end of the slots that may have dirty bytes. */
  int storedEnd() {
    return storedEnd;
  }

  /** The word of a page, counted from {@link #first}. */
  int word(long page) {
    return AllMemory.word(words, (int) page);
  }

  /** The frame that a page shows by its word. */
  long pfn(long page, int word) {
    return (word & PageTable.PFN) - PageTable.NEAR_PAGES + page;
  }

  /** Shows frames from {@code page} on, all in one slot, by the word that they have in common. */
  void show(int slot, long page, long count, int word, boolean writable) {
    long stored = slots[slot] & STORED | (writable ? STORED : 0);
    slots[slot] |= stored; // before a store is possible
    if (writable) {
      storedFirst = Math.min(storedFirst, slot);
      storedEnd = Math.max(storedEnd, slot + 1);
    }
    VarHandle.releaseFence(); // what the frames hold is seen before the translation
    int shown = word | (writable ? PageTable.WRITABLE : 0);
    if (count != pagesIn(slot)) {
      for (long p = page; p < page + count; p++) {
        set(slot, p, shown);
      }
      return;
    }
    // If the loop does not come to its end, the slot counts as one that shows something.
    slots[slot] = count * PRESENT + stored;
    for (long p = page; p < page + count; p++) {
      AllMemory.setWord(words, (int) p, shown);
    }
    long each = PRESENT + SAME + (writable ? WRITABLE_PAGES : 0);
    slots[slot] = count * each + stored + ((long) word << COMMON);
  }

  /** Changes one word, and what is known of its slot. */
  void set(int slot, long page, int word) {
    int old = word(page);
    AllMemory.setWord(words, (int) page, word);
    long known = slots[slot];
    known += PRESENT * ((word != 0 ? 1 : 0) - (old != 0 ? 1 : 0));
    known += WRITABLE_PAGES * ((word >>> 31) - (old >>> 31));
    // Pages that already held the word when it became common aren't counted, so the count may be
    // low, never high.
    if (old != 0
        && (old & PageTable.PFN) == (int) (known >>> COMMON)
        && (known / SAME & COUNT) > 0) {
      known -= SAME;
    }
    if (word != 0 && (known / SAME & COUNT) == 0) {
      known = known & (1L << COMMON) - 1 | (long) (word & PageTable.PFN) << COMMON;
    }
    if (word != 0 && (word & PageTable.PFN) == (int) (known >>> COMMON)) {
      known += SAME;
    }
    slots[slot] = known;
  }
}
