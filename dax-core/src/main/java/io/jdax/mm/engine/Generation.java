package io.jdax.mm.engine;

import io.jdax.os.Pages;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * Translations, and the view of the frame space that they lead into. An access reads its mapping's
 * generation once and takes both from it: a stale translation that met a fresh view would reach a
 * frame that is somebody else's by now.
 *
 * <p>The fields are final. So a plain, racy read of the reference is enough to see the content, and
 * a thread that sees this generation also sees that every translation is gone that was taken away
 * before it was made. All that a translation needs is one step away, and a loop that never faults
 * keeps it in registers.
 *
 * <p>The words of the table are read without a check that they still are this mapping's. They
 * become another's only after the epoch is closed, and then the access that follows throws.
 */
final class Generation {
  final MemorySegment memory;

  /**
   * Whether there is a run. This is for loops: the compiler asks a question whose answer does not
   * change before the loop, and makes a loop for either answer.
   */
  final boolean hasRun;

  /** Bytes of the run. To an offset below it, {@link #runDelta} is all there is to add. */
  final long runLength;

  final long runDelta;

  /** The same three for stores. */
  final boolean hasStoreRun;

  final long storeLength;
  final long storeDelta;

  /** Where the first dirty byte of the near directory lies; that of page n lies n further. */
  final long dirty;

  final Epoch epoch;

  /** Whether there is a near directory. */
  private final boolean isNear;

  /** Bytes that the near directory spans, or 0 if there is none. */
  private final long bytes;

  private final long words;
  private final PageTable table;

  /** Tells of a table as it is now. The caller holds the mapping's lock. */
  Generation(PageTable table, Epoch epoch) {
    this.memory = epoch.memory;
    this.epoch = epoch;
    this.table = table;
    this.runLength = table.run().length;
    this.runDelta = Epoch.HEAD_BYTES + table.run().delta;
    this.hasRun = runLength > 0;
    this.storeLength = table.storeRun().length;
    this.storeDelta = Epoch.HEAD_BYTES + table.storeRun().delta;
    this.hasStoreRun = storeLength > 0;
    Directory near = table.near();
    this.isNear = near != null;
    this.bytes = near == null ? 0 : near.bytes();
    this.words = near == null ? 0 : near.words;
    this.dirty = near == null ? 0 : Epoch.HEAD_BYTES + near.dirty;
  }

  /** Whether it says the same about a table as a new one would. Needs the mapping's lock. */
  boolean isCurrent(PageTable of) {
    Directory near = of.near();
    return table == of
        && runLength == of.run().length
        && storeLength == of.storeRun().length
        && runDelta == Epoch.HEAD_BYTES + of.run().delta
        && storeDelta == Epoch.HEAD_BYTES + of.storeRun().delta
        && words == (near == null ? 0 : near.words)
        && dirty == (near == null ? 0 : Epoch.HEAD_BYTES + near.dirty)
        && bytes == (near == null ? 0 : near.bytes());
  }

  /**
   * Where a byte of the mapping can be loaded from, as an offset in {@link #memory}. Negative if
   * its page is not present, or the mapping has no such byte. The rest of the page follows it.
   */
  long readable(long offset) {
    if (Long.compareUnsigned(offset, runLength) < 0) {
      return offset + runDelta;
    }
    return isBeyond(offset) ? -1 : pageReadable(offset);
  }

  /** As {@link #readable}, for stores. */
  long writable(long offset) {
    if (Long.compareUnsigned(offset, storeLength) < 0) {
      return offset + storeDelta;
    }
    return isBeyond(offset) ? -1 : pageWritable(offset);
  }

  private boolean isBeyond(long offset) {
    return isNear && Long.compareUnsigned(offset, bytes) >= 0;
  }

  /**
   * {@link #readable} by the page's own word.
   *
   * @throws IndexOutOfBoundsException the mapping has no such byte, perhaps
   */
  long pageReadable(long offset) {
    if (!isNear) {
      return table.farReadable(offset);
    }
    long in = inBounds(offset);
    int frame = AllMemory.word(words, (int) (in >>> Pages.SHIFT)) & PageTable.PFN;
    return frame == 0 ? -1 : ((long) frame << Pages.SHIFT) + in;
  }

  /** {@link #writable} by the page's own word, likewise. */
  long pageWritable(long offset) {
    if (!isNear) {
      return table.farWritable(offset);
    }
    long in = inBounds(offset);
    int word = AllMemory.word(words, (int) (in >>> Pages.SHIFT));
    // word & PFN, in one instruction less, without a register for the mask.
    return word >= 0 ? -1 : (Integer.toUnsignedLong(word << 1) << 11) + in;
  }

  /**
   * Returns the offset, whose greatest value the compiler knows from here on, so that it knows of
   * sums with it that they do not overflow and are not negative. Of all checks it is this one that
   * the compiler moves out of loops.
   */
  private long inBounds(long offset) {
    return Objects.checkIndex(offset, bytes & 2 * Epoch.HEAD_BYTES - 1);
  }

  /** Where the dirty byte of a writable page lies, as an offset in {@link #memory}. */
  long dirty(long offset) {
    return isNear ? dirty + (offset >>> Pages.SHIFT) : table.farDirty(offset);
  }
}
