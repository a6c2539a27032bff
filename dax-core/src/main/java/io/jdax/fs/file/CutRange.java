package io.jdax.fs.file;

import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.Invalidation;
import java.io.IOException;

/**
 * Whole blocks {@code [first, end)} of a file that are to lose their content, and what has to be
 * done about them before the change of the tree, and after it. All of it with the invalidate lock
 * held exclusively.
 *
 * <pre>
 *   quietEdges       pages of which only some blocks go
 *   invalidation     made in advance, so that it can't fail when the change is done
 *   … the change …
 *   gone             no mapping and no frame shows the blocks
 *   zeroRest         the bytes of the range that lie in other blocks, after the commit
 * </pre>
 */
final class CutRange {
  final long first;
  final long end;

  private final InodeFacts inode;
  private final Volume volume;
  private final AddressSpace addressSpace;
  private final Units units;

  CutRange(InodeFacts inode, long first, long end) {
    this.inode = inode;
    this.volume = inode.volume;
    this.addressSpace = inode.addressSpace;
    this.units = volume.units;
    this.first = first;
    this.end = end;
  }

  /** All blocks from {@code first} on. */
  static CutRange from(InodeFacts inode, long first) {
    return new CutRange(inode, first, Limits.fileBlocks(inode.volume.units));
  }

  /**
   * The whole blocks in the bytes {@code [offset, end)}; the last one also if the file ends in it.
   */
  static CutRange inside(InodeFacts inode, long offset, long end) {
    Units units = inode.volume.units;
    long last = end >= inode.sizeBytes() ? units.blocksIn(end) : units.blockOf(end);
    return new CutRange(inode, units.blocksIn(offset), last);
  }

  /** Whether there is no whole block. */
  boolean isEmpty() {
    return first >= end;
  }

  /**
   * For pages of which only some blocks go: no mapping shows them, no store to them is under way,
   * and what was stored is on the media. The other blocks are looked for elsewhere from now on, in
   * DRAM or in place, and whoever still had the old translation would store to what nobody reads.
   */
  void quietEdges() throws IOException {
    if (units.blocksPerPageShift == 0 || !addressSpace.wasMapped()) {
      return;
    }
    long head = units.pageOf(first);
    long tail = units.pageOf(end);
    boolean inHead = units.blocksOf(head) != first;
    boolean inTail = units.blocksOf(tail) != end && (tail != head || !inHead);
    if (inHead) {
      addressSpace.unmapMappingRange(head, 1);
    }
    if (inTail) {
      addressSpace.unmapMappingRange(tail, 1);
    }
    if (inHead || inTail) {
      volume.frames.quarantine().turnOver();
    }
    if (inHead) {
      addressSpace.flushDirty(head << Units.PAGE_SHIFT, Units.PAGE_BYTES);
    }
    if (inTail) {
      addressSpace.flushDirty(tail << Units.PAGE_SHIFT, Units.PAGE_BYTES);
    }
  }

  /** After it no mapping shows the blocks, nor the pages that they lie in. */
  Invalidation invalidation() throws IOException {
    long firstPage = units.pageOf(first);
    return addressSpace.invalidation(firstPage, units.pageEnd(end) - firstPage);
  }

  /**
   * The extent map has lost the blocks: mappings show them no longer, nor does DRAM. Also when the
   * end of the change has failed then: one file has one content, whoever looks.
   */
  void gone(Invalidation invalidation) {
    invalidation.run();
    inode.store().discard(first, end);
  }

  /**
   * Makes durable what has become of the blocks, and zeroes what of the range lies in others. Also
   * when there was no memory to commit: the blocks have changed for everybody, and the next commit
   * tells. Not when the commit has failed: the media may show the state before it, of which these
   * bytes are a part.
   *
   * @param from the first byte of the range
   * @param to its end
   */
  void commitAndZeroRest(long from, long to) throws IOException {
    try {
      inode.commitFolded();
    } finally {
      if (!volume.isLost()) {
        inode.touch(); // whatever it has taken: bytes of blocks that stay, or nothing
        zeroRest(from, to);
      }
    }
  }

  private void zeroRest(long from, long to) throws IOException {
    if (isEmpty()) {
      zero(from, Math.min(to, units.bytes(units.blockOf(from) + 1)));
      zero(Math.max(from, units.bytes(units.blockOf(to))), to);
      return;
    }
    zero(from, units.bytes(first));
    zero(units.bytes(end), to);
  }

  /** Bytes of one block. */
  private void zero(long from, long to) throws IOException {
    if (from < to) {
      inode.store().zero(from, to);
    }
  }
}
