package io.jdax.mm.engine;

/**
 * The 64-bit word that an address space keeps for a touched file page (the kernel's value entries,
 * fs/dax.c).
 *
 * <pre>
 *   63      leaf: not an entry but the address of 512 page entries (directory words only)
 *   62 … 8  pfn; 0 in an EMPTY entry
 *   5       TOWRITE  a writeback is flushing it
 *   4       DIRTY    stored to by somebody who has no dirty bytes any more: a closed mapping, a closed pin
 *   3       EMPTY    no storage looked up yet; exists only to be locked
 *   2       ZERO     a hole, shown as the shared zero frames
 *   1       HUGE     stands for 2 MiB (the kernel's PMD), else for one page
 *   0       LOCKED   the page's mutex
 * </pre>
 *
 * No entry is 0.
 */
public final class Entry {
  public static final long LOCKED = 1;
  public static final long HUGE = 1 << 1;
  public static final long ZERO = 1 << 2;
  public static final long EMPTY = 1 << 3;
  public static final long DIRTY = 1 << 4;
  public static final long TOWRITE = 1 << 5;

  private static final int PFN_SHIFT = 8;
  private static final long LEAF = Long.MIN_VALUE;

  private Entry() {}

  public static long of(long pfn, long bits) {
    return pfn << PFN_SHIFT | bits;
  }

  public static long pfn(long entry) {
    return entry >>> PFN_SHIFT;
  }

  public static boolean is(long entry, long bits) {
    return (entry & bits) != 0;
  }

  /** A block of the file stands behind it. */
  public static boolean hasBlock(long entry) {
    return entry > 0 && (entry & (ZERO | EMPTY)) == 0;
  }

  public static long leaf(long address) {
    return address | LEAF;
  }

  public static boolean isLeaf(long word) {
    return word < 0;
  }

  public static long leafAddress(long word) {
    return word & ~LEAF;
  }
}
