package io.jdax.mm.engine;

/**
 * The 64-bit word that an address space keeps for a page of the file that was touched (the kernel's
 * value entries, fs/dax.c).
 *
 * <pre>
 *   63      not an entry, but the address of a leaf of 512 page entries (in directory words only)
 *   62 … 8  pfn; 0 in an EMPTY entry
 *   5       TOWRITE  a writeback is flushing it
 *   4       DIRTY    stored to through a mapping or pin that is closed, and has no dirty bytes any more
 *   3       EMPTY    no storage looked up yet; exists only while it is locked
 *   2       ZERO     a hole, shown as the shared zero frames
 *   1       HUGE     stands for 2 MiB (the kernel's PMD), else for one page
 *   0       LOCKED   the page's mutex
 * </pre>
 *
 * No entry is 0.
 */
final class Entry {
  static final long LOCKED = 1;
  static final long HUGE = 1 << 1;
  static final long ZERO = 1 << 2;
  static final long EMPTY = 1 << 3;
  static final long DIRTY = 1 << 4;
  static final long TOWRITE = 1 << 5;

  private static final int PFN_SHIFT = 8;
  private static final long LEAF = Long.MIN_VALUE;

  private Entry() {}

  static long of(long pfn, long bits) {
    return pfn << PFN_SHIFT | bits;
  }

  static long pfn(long entry) {
    return entry >>> PFN_SHIFT;
  }

  /** Whether an entry has any of these bits. */
  static boolean is(long entry, long bits) {
    return (entry & bits) != 0;
  }

  /** Whether it is a block of the file. */
  static boolean hasBlock(long entry) {
    return entry > 0 && (entry & (ZERO | EMPTY)) == 0;
  }

  /**
   * Whether the bits go together, for assertions: a page is EMPTY, or ZERO, or has a block, and is
   * marked only if it has one.
   */
  static boolean isSound(long entry) {
    return entry > 0
        && (hasBlock(entry)
            ? pfn(entry) > 0
            : is(entry, ZERO) != is(entry, EMPTY) && !is(entry, DIRTY | TOWRITE))
        && (!is(entry, EMPTY) || pfn(entry) == 0);
  }

  static long leaf(long address) {
    return address | LEAF;
  }

  static boolean isLeaf(long word) {
    return word < 0;
  }

  static long leafAddress(long word) {
    return word & ~LEAF;
  }
}
