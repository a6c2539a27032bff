package io.jdax.mm;

import java.lang.foreign.MemorySegment;

/**
 * Translations, and the view of the frame space that they lead into. An access reads its mapping's
 * generation once and takes both from it: a stale translation that met a fresh view would reach a
 * frame that is somebody else's by now.
 *
 * <p>Final fields, so that a plain, racy read of the reference is enough to see the content, and so
 * that who sees this generation sees every translation gone that was taken away before it was made.
 */
final class Generation {
  /** The arrays of {@link PageTable#near}, one step closer. */
  private final long[] huge;

  private final long[] writableHuge;
  private final int[][] leaf;
  private final PageTable.Directory near;
  final PageTable table;
  final MemorySegment memory;
  final Epoch epoch;

  Generation(PageTable table, Epoch epoch) {
    this.huge = table.near.huge;
    this.writableHuge = table.near.writableHuge;
    this.leaf = table.near.leaf;
    this.near = table.near;
    this.table = table;
    this.memory = epoch.memory;
    this.epoch = epoch;
  }

  /**
   * Where a byte of the mapping can be loaded from, as an offset in {@link #memory}; negative when
   * nobody has said yet, or when the mapping has no such byte. The rest of the page follows it.
   */
  long readable(long offset) {
    PageTable.Run run = table.run;
    if (Long.compareUnsigned(offset, run.length()) < 0) {
      return offset + run.delta();
    }
    long slot = offset >>> PageTable.SLOT_SHIFT; // of a negative offset: beyond any table
    if (slot >= huge.length) {
      return table.farReadable(offset);
    }
    long at = huge[(int) slot] + offset;
    if (at < 0) {
      // As PageTable.inLeaf, but here: a call that is not inlined while it is rare costs all that
      // was hoisted from the loop.
      int[] words = leaf[(int) slot];
      int word = words == null ? 0 : words[(int) (offset >>> 12) & PageTable.PAGES - 1];
      at = word == 0 ? -1 : ((long) (word & PageTable.PFN) << 12) + (offset & 4095);
    }
    return at;
  }

  /** As {@link #readable}, for stores. */
  long writable(long offset) {
    PageTable.Run run = table.storeRun;
    if (Long.compareUnsigned(offset, run.length()) < 0) {
      return offset + run.delta();
    }
    long slot = offset >>> PageTable.SLOT_SHIFT;
    if (slot >= writableHuge.length) {
      return table.farWritable(offset);
    }
    long at = writableHuge[(int) slot] + offset;
    if (at < 0) {
      int[] words = leaf[(int) slot];
      int word = words == null ? 0 : words[(int) (offset >>> 12) & PageTable.PAGES - 1];
      at = word >= 0 ? -1 : ((long) (word & PageTable.PFN) << 12) + (offset & 4095);
    }
    return at;
  }

  /**
   * Where the dirty byte of a page lies, as an offset in {@link #memory}; negative when nothing in
   * the mapping was ever writable. Taken before the store, since a racy reader may see a writable
   * translation and not yet what was made before it; marked after the store.
   */
  long dirty(long offset) {
    PageTable.Run run = table.storeRun;
    if (Long.compareUnsigned(offset, run.length()) < 0) {
      return run.dirty() + (offset >>> 12);
    }
    return offset >>> PageTable.SLOT_SHIFT < huge.length
        ? near.dirty + (offset >>> 12)
        : table.farDirty(offset);
  }
}
