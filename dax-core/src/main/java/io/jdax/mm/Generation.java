package io.jdax.mm;

import java.lang.foreign.MemorySegment;

/**
 * Translations, and the view of the frame space that they lead into. An access reads its mapping's
 * generation once and takes both from it: a stale translation that met a fresh view would reach a
 * frame that is somebody else's by now.
 *
 * <p>Final fields, so that a plain, racy read of the reference is enough to see the content, and so
 * that who sees this generation sees every translation gone that was taken away before it was made.
 * All that a translation needs is one step away, and a loop that never faults keeps it in
 * registers.
 *
 * <p>The words of the table are read without a check that they still are this mapping's: they
 * become another's only after the epoch is closed, and then the access behind them throws.
 */
final class Generation {
  final MemorySegment memory;

  /** Below it, {@link #runDelta} is all there is to add. */
  final long runLength;

  final long runDelta;

  /** The same for stores; the dirty byte of a page lies at {@link #dirty} + page. */
  final long storeLength;

  final long storeDelta;
  final long dirty;
  final Epoch epoch;

  /** Of the near directory; 0 when there is none. */
  private final long bytes;

  private final long words;
  private final PageTable table;

  /** The table as it is now; what changes it holds the mapping's lock, as does the caller. */
  Generation(PageTable table, Epoch epoch) {
    this.memory = epoch.memory;
    this.epoch = epoch;
    this.table = table;
    this.runLength = table.run().length();
    this.runDelta = table.run().delta();
    this.storeLength = table.storeRun().length();
    this.storeDelta = table.storeRun().delta();
    PageTable.Directory near = table.near();
    this.bytes = near == null ? 0 : near.bytes();
    this.words = near == null ? 0 : near.words;
    this.dirty = near == null ? 0 : near.dirty;
  }

  /** Whether it says the same about the table as a new one would. */
  boolean isCurrent() {
    PageTable.Directory near = table.near();
    return runLength == table.run().length()
        && storeLength == table.storeRun().length()
        && runDelta == table.run().delta()
        && storeDelta == table.storeRun().delta()
        && bytes == (near == null ? 0 : near.bytes());
  }

  /**
   * Where a byte of the mapping can be loaded from, as an offset in {@link #memory}; negative when
   * nobody has said yet, or when the mapping has no such byte. The rest of the page follows it.
   */
  long readable(long offset) {
    return Long.compareUnsigned(offset, runLength) < 0 ? offset + runDelta : pageReadable(offset);
  }

  /** As {@link #readable}, for stores. */
  long writable(long offset) {
    return Long.compareUnsigned(offset, storeLength) < 0
        ? offset + storeDelta
        : pageWritable(offset);
  }

  /** {@link #readable} by the page's own word. */
  long pageReadable(long offset) {
    if (Long.compareUnsigned(offset, bytes) >= 0) {
      return table.farReadable(offset);
    }
    int word = AllMemory.word(words, offset >>> 12);
    return ((long) (word & PageTable.PFN) << 12) + (offset - bytes);
  }

  /** {@link #writable} by the page's own word. */
  long pageWritable(long offset) {
    if (Long.compareUnsigned(offset, bytes) >= 0) {
      return table.farWritable(offset);
    }
    int word = AllMemory.word(words, offset >>> 12);
    return word >= 0 ? -1 : ((long) (word & PageTable.PFN) << 12) + (offset - bytes);
  }

  /** Where the dirty byte of a writable page lies, as an offset in {@link #memory}. */
  long dirty(long offset) {
    return Long.compareUnsigned(offset, bytes) < 0
        ? dirty + (offset >>> 12)
        : table.farDirty(offset);
  }
}
