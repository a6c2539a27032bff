package io.jdax.mm.engine;

import io.jdax.os.Pages;
import org.jspecify.annotations.Nullable;

/**
 * Compares the copies of one truth that a page table keeps: the words, what is known of each slot,
 * the two runs, and what a {@link Generation} has of them. A change of one and not of the others
 * makes a mapping show what is not its file's, and would be noticed much later and elsewhere.
 * Called by assertions only, after each change, for the slots that were touched.
 */
final class TableCheck {
  private static final int PAGES = PageTable.PAGES;

  private TableCheck() {}

  /** Returns true, or throws an AssertionError that says which two disagree. */
  static boolean agrees(PageTable table, long page, long count) {
    for (long slot = page / PAGES; slot * PAGES < page + count; slot++) {
      Directory d = table.directory(slot * PAGES);
      if (d != null) {
        slotAgrees(table, d, slot);
      } else if (table.run().length > slot * Pages.bytes(PAGES)) {
        throw new AssertionError("a run covers slot " + slot + ", which has no words");
      }
    }
    runsAgree(table.run(), table.storeRun());
    return true;
  }

  /** Whether pages that are to be shown lie in the table, and in one slot of it. */
  static boolean fits(PageTable table, long page, long count) {
    return count > 0
        && page / PAGES == (page + count - 1) / PAGES
        && page + count <= table.pageCount();
  }

  /**
   * What the run for stores spans, the run for loads spans as well, and leads to the same frames.
   */
  private static void runsAgree(Run run, Run stores) {
    if (stores.length > run.length || stores.length > 0 && stores.delta != run.delta) {
      throw new AssertionError(
          "stores have a run of %d bytes, delta %d, loads of %d, delta %d"
              .formatted(stores.length, stores.delta, run.length, run.delta));
    }
  }

  private static void slotAgrees(PageTable table, Directory d, long slot) {
    long first = table.inDirectory(slot * PAGES);
    int i = (int) (first / PAGES);
    int present = 0;
    int writable = 0;
    int same = 0;
    for (int k = 0; k < d.pagesIn(i); k++) {
      int word = d.word(first + k);
      present += word != 0 ? 1 : 0;
      writable += word < 0 ? 1 : 0;
      same += word != 0 && (word & PageTable.PFN) == d.commonWord(i) ? 1 : 0;
      long page = slot * PAGES + k;
      inRun(table.run(), page, d.pfn(first + k, word), word != 0);
      inRun(table.storeRun(), page, d.pfn(first + k, word), word < 0);
    }
    if (present != d.presentPages(i) || writable != d.writablePages(i) || same < d.samePages(i)) {
      throw new AssertionError(
          "slot %d has %d words, %d writable, %d alike; counted are %d, %d, %d"
              .formatted(
                  slot,
                  present,
                  writable,
                  same,
                  d.presentPages(i),
                  d.writablePages(i),
                  d.samePages(i)));
    }
    if (writable > 0 && !d.wasWritable(i)) {
      throw new AssertionError("slot " + slot + " is writable, and its dirty bytes not looked at");
    }
  }

  private static void inRun(Run run, long page, long pfn, boolean shown) {
    if (Pages.bytes(page) < run.length && (!shown || Pages.bytes(pfn - page) != run.delta)) {
      throw new AssertionError(
          "page %d is in a run of %d bytes, delta %d, and shows %s"
              .formatted(page, run.length, run.delta, shown ? "frame " + pfn : "nothing"));
    }
  }

  /** As above, for a generation and the table; the generation may be one that shows nothing. */
  static boolean agrees(Generation generation, @Nullable PageTable table, Generation nothing) {
    if (generation != nothing && (table == null || !generation.isCurrent(table))) {
      throw new AssertionError("accesses do not see what became of the table");
    }
    return true;
  }
}
