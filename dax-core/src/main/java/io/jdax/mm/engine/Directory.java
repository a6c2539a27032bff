package io.jdax.mm.engine;

import io.jdax.os.Pages;
import java.lang.invoke.VarHandle;

/**
 * A part of a {@link PageTable}: pages side by side, their words, and what is known of each 2 MiB
 * of them. Changed under the mapping's lock.
 */
final class Directory {
  private static final int PAGES = PageTable.PAGES;

  // What is known of a slot, in one long: three counts of pages, a bit, a word.
  //   present, writable; same: have the common word, but for its sign
  //   STORED: something was writable once, so that dirty bytes are to be looked at
  private static final long PRESENT = 1;
  private static final long WRITABLE_PAGES = 1L << 10;
  private static final long SAME = 1L << 20;
  private static final long STORED = 1L << 30;
  private static final int COMMON = 32;
  private static final long COUNT = (1 << 10) - 1;

  /** Page of the mapping that its page 0 is. */
  final long first;

  final long pages;

  /** Address. */
  final long words;

  /** Offset in the frame space; 0 when no stores are allowed. */
  final long dirty;

  /** Per slot, see {@link #PRESENT} to {@link #COMMON}. */
  final long[] slots;

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

  int pagesIn(int slot) {
    return (int) Math.min(PAGES, pages - (long) slot * PAGES);
  }

  int presentPages(int slot) {
    return (int) (slots[slot] / PRESENT & COUNT);
  }

  int writablePages(int slot) {
    return (int) (slots[slot] / WRITABLE_PAGES & COUNT);
  }

  int samePages(int slot) {
    return (int) (slots[slot] / SAME & COUNT);
  }

  int commonWord(int slot) {
    return (int) (slots[slot] >>> COMMON);
  }

  boolean wasWritable(int slot) {
    return (slots[slot] & STORED) != 0;
  }

  int word(long page) {
    return AllMemory.word(words, (int) page);
  }

  long pfn(long page, int word) {
    return (word & PageTable.PFN) - PageTable.NEAR_PAGES + page;
  }

  /** Shows frames from {@code page} on, all in one slot, by the word that they have in common. */
  void show(int slot, long page, long count, int word, boolean writable) {
    long stored = slots[slot] & STORED | (writable ? STORED : 0);
    slots[slot] |= stored; // before a store is possible
    VarHandle.releaseFence(); // what the frames hold, before the translation
    int shown = word | (writable ? PageTable.WRITABLE : 0);
    if (count != pagesIn(slot)) {
      for (long p = page; p < page + count; p++) {
        set(slot, p, shown);
      }
      return;
    }
    // Should the loop not come to its end, the slot is to count as one that shows something.
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
    // Pages that had the common word before it became that are not counted: too few, never too
    // many.
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
