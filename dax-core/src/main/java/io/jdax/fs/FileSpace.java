package io.jdax.fs;

import io.jdax.cache.TierMode;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.tree.Change;
import io.jdax.mm.AddressSpace;
import io.jdax.mm.ExtentCursor;
import io.jdax.mm.ExtentState;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;

/**
 * truncate, allocate, punch and zero of one file (xfs_setattr_size, xfs_file_fallocate). Whole
 * blocks: one change of the tree, all or nothing, durable on return. The bytes of partial blocks
 * are zeroed after it, as stores. Mappings lose every page of which a block goes.
 *
 * <pre>
 *   invalidate lock, exclusively    nobody faults, reads or writes; no pin in the range
 *   folding + change                tree, then extent map
 *   AddressSpace.invalidate         no mapping shows the frames any more
 *   commit                          then partial blocks are zeroed
 *   unlock; Volume.giveUp           the frames, by way of quarantine
 * </pre>
 */
final class FileSpace {
  private final Inode inode;
  private final Volume volume;
  private final AddressSpace space;
  private final Units units;

  FileSpace(Inode inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.space = inode.space;
    this.units = volume.units;
  }

  // ---------------------------------------------------------------- truncate

  /** Makes the file shorter, or longer by a hole. */
  void truncate(long bytes, long patienceNanos) throws IOException {
    if (bytes < 0 || bytes > Inode.MAX_BYTES) {
      throw new IllegalArgumentException(
          "size " + bytes + ": must be 0 to " + Inode.MAX_BYTES + " bytes");
    }
    volume.ensureWritable();
    BlockRuns gone = new BlockRuns();
    long commit = 0;
    space.lockForInvalidation(bytes >>> Units.PAGE_SHIFT, Long.MAX_VALUE, patienceNanos);
    try {
      volume.ensureWritable();
      if (bytes > inode.sizeBytes()) {
        grow(bytes);
        resize(bytes);
        return;
      }
      commit = shorten(bytes, gone);
      inode.commitFolded();
      new FileContent(inode).zeroTail(bytes); // mappings still show the last page
    } finally {
      space.invalidateLock().unlockExclusive();
      giveUp(gone, commit);
    }
  }

  /**
   * Also when what followed has failed: nobody else knows of them.
   *
   * @param commit 0: nothing is gone, or mappings may show it still
   */
  private void giveUp(BlockRuns gone, long commit) {
    if (commit == 0) {
      return;
    }
    volume.space.recorded(
        inode.extents.takeCredit(DirtyRanges.ITEMS_IN_ADVANCE)); // promised for what is gone
    volume.giveUp(gone, commit);
  }

  /** Before the file becomes longer, with the invalidate lock held exclusively. */
  private void grow(long bytes) throws IOException {
    new FileContent(inode).zeroTail(inode.sizeBytes());
    CachedFile cached = inode.cached();
    if (cached != null) {
      try {
        cached.grow(inode.sizeBytes(), bytes);
      } finally {
        cached.grown(); // nobody faults before the size is set
      }
    }
  }

  /** The size alone; durable on return. */
  private void resize(long bytes) throws IOException {
    long old = inode.sizeBytes();
    boolean done = false;
    inode.folding.lock();
    try (Change change = volume.change()) {
      inode.touch();
      inode.setSize(bytes);
      long time = Fold.putRecord(inode, change);
      inode.folded(change.done());
      inode.modifiedFolded(time);
      done = true;
    } finally {
      if (!done) {
        inode.setSize(old);
      }
      inode.folding.unlock();
    }
    inode.commitFolded();
  }

  private long shorten(long bytes, BlockRuns gone) throws IOException {
    long first = units.blocksIn(bytes);
    long old = inode.sizeBytes();
    long commit;
    boolean done = false;
    quietEdges(first, units.maxBlocks());
    inode.folding.lock();
    try (Change change = volume.tree.changeFromReserve()) {
      inode.touch();
      inode.setSize(bytes);
      new TreeExtents(volume, inode.number).cut(change, first, units.maxBlocks());
      long time = Fold.putRecord(inode, change);
      commit = change.commit();
      inode.folded(change.done());
      inode.modifiedFolded(time);
      done = true;
      inode.refund(inode.extents.remove(first, units.maxBlocks(), gone));
    } finally {
      if (!done) {
        inode.setSize(old);
      }
      inode.folding.unlock();
    }
    long firstPage = units.pageOf(first);
    space.invalidate(firstPage, Long.MAX_VALUE - firstPage);
    discard(first, units.maxBlocks());
    return commit;
  }

  // ---------------------------------------------------------------- punch

  /** Makes a hole of every whole block in the range; what is in others reads as zeros. */
  void punch(long offset, long length, long patienceNanos) throws IOException {
    long end = rangeEnd(offset, length);
    volume.ensureWritable();
    BlockRuns gone = new BlockRuns();
    long commit = 0;
    lockPages(offset, end, patienceNanos);
    try {
      volume.ensureWritable();
      long first = units.blocksIn(offset);
      long last = end >= inode.sizeBytes() ? units.blocksIn(end) : units.blockOf(end);
      if (first < last && !isHole(first, last)) {
        quietEdges(first, last);
        long cut = cut(first, last, gone);
        invalidate(first, last);
        commit = cut;
      }
      inode.commitFolded();
      zeroEdges(offset, end, first, last);
    } finally {
      space.invalidateLock().unlockExclusive();
      giveUp(gone, commit);
    }
  }

  /** Keeps faults and pins out of all pages that a range of bytes touches. */
  private void lockPages(long offset, long end, long patienceNanos) throws IOException {
    long firstPage = offset >>> Units.PAGE_SHIFT;
    space.lockForInvalidation(firstPage, Units.pagesIn(end) - firstPage, patienceNanos);
  }

  /** No mapping shows blocks {@code [first, end)} any more, nor the pages that they lie in. */
  private void invalidate(long first, long end) throws IOException {
    long firstPage = units.pageOf(first);
    space.invalidate(firstPage, units.pageEnd(end) - firstPage);
    discard(first, end);
  }

  /**
   * For pages of which only some blocks go: no mapping shows them, no store to them is under way,
   * and what was stored is on the media. The other blocks are looked for elsewhere from now on, in
   * DRAM or in place, and whoever still had the old translation would store to what nobody reads.
   */
  private void quietEdges(long first, long end) throws IOException {
    if (units.blocksPerPageShift == 0 || !space.wasMapped()) {
      return;
    }
    long head = units.pageOf(first);
    long tail = units.pageOf(end);
    boolean inHead = units.blocksOf(head) != first;
    boolean inTail = units.blocksOf(tail) != end && (tail != head || !inHead);
    if (inHead) {
      space.unmapMappingRange(head, 1);
    }
    if (inTail) {
      space.unmapMappingRange(tail, 1);
    }
    if (inHead || inTail) {
      volume.frames.quarantine().turnOver();
    }
    if (inHead) {
      space.writeback(head << Units.PAGE_SHIFT, Units.PAGE_BYTES);
    }
    if (inTail) {
      space.writeback(tail << Units.PAGE_SHIFT, Units.PAGE_BYTES);
    }
  }

  private long cut(long first, long end, BlockRuns gone) throws IOException {
    inode.folding.lock();
    try (Change change = volume.tree.changeFromReserve()) {
      inode.touch();
      new TreeExtents(volume, inode.number).cut(change, first, end);
      long commit = change.commit();
      inode.folded(change.done());
      inode.refund(inode.extents.remove(first, end, gone));
      return commit;
    } finally {
      inode.folding.unlock();
    }
  }

  /** Blocks that are the file's no longer, in DRAM. */
  private void discard(long first, long end) {
    CachedFile cached = inode.cached();
    if (cached != null) {
      cached.discard(first, end);
    }
  }

  private boolean isHole(long first, long end) {
    CachedFile cached = inode.cached();
    if (cached != null && cached.any(units.pageOf(first), units.pageEnd(end))) {
      return false;
    }
    ExtentCursor run = new ExtentCursor();
    inode.extents.find(first, run);
    return run.state == ExtentState.HOLE && run.firstPage + run.pageCount >= end;
  }

  /** Zeroes what of the range lies in blocks outside of {@code [first, last)}. */
  private void zeroEdges(long offset, long end, long first, long last) throws IOException {
    if (first >= last) {
      zero(offset, Math.min(end, units.bytes(units.blockOf(offset) + 1)));
      zero(Math.max(offset, units.bytes(units.blockOf(end))), end);
      return;
    }
    zero(offset, units.bytes(first));
    zero(units.bytes(last), end);
  }

  /** Bytes of one block. */
  private void zero(long from, long to) throws IOException {
    if (from >= to) {
      return;
    }
    CachedFile cached = inode.cached();
    if (cached != null) {
      cached.zero(from, to);
      return;
    }
    ExtentCursor run = new ExtentCursor();
    long block = units.blockOf(from);
    inode.extents.find(block, run);
    if (run.state == ExtentState.WRITTEN) {
      volume.persister.fillPersist(
          units.bytes(run.pfnOf(block)) + units.inBlock(from), to - from, (byte) 0);
    }
  }

  // ---------------------------------------------------------------- allocate, zero range

  /** Gives every block of the range storage: unwritten, where there was a hole. */
  void allocate(long offset, long length, boolean keepSize) throws IOException {
    fill(offset, rangeEnd(offset, length), keepSize, false, 0);
  }

  /** As {@link #allocate}, and all of the range reads as zeros: whole blocks become unwritten. */
  void zeroRange(long offset, long length, boolean keepSize, long patienceNanos)
      throws IOException {
    fill(offset, rangeEnd(offset, length), keepSize, true, patienceNanos);
  }

  /** An extent that is to be, in blocks; {@code fresh}: they were taken for it. */
  private record Piece(long first, long count, long block, boolean fresh) {}

  private void fill(long offset, long end, boolean keepSize, boolean zero, long patienceNanos)
      throws IOException {
    volume.ensureWritable();
    long first = units.blockOf(offset);
    long last = units.blocksIn(end);
    if (zero) {
      lockPages(offset, end, patienceNanos);
    } else {
      space.invalidateLock().lockExclusive();
    }
    try {
      volume.ensureWritable();
      long size = keepSize ? inode.sizeBytes() : Math.max(end, inode.sizeBytes());
      if (size > inode.sizeBytes()) {
        grow(size);
      }
      long innerFirst = units.blocksIn(offset);
      long innerLast = end >= inode.sizeBytes() ? last : units.blockOf(end);
      if (inode.cached() != null) {
        space.writeback(units.bytes(first), units.bytes(last - first)); // no block is delayed then
      }
      if (zero && innerFirst < innerLast) {
        quietEdges(innerFirst, innerLast);
      }
      List<Piece> pieces = new ArrayList<>();
      takeHoles(first, last, pieces); // from here to the record nothing may fail
      if (zero) {
        addWritten(innerFirst, innerLast, pieces);
      }
      record(pieces, size);
      if (zero && innerFirst < innerLast) {
        invalidate(innerFirst, innerLast);
      }
      inode.commitFolded();
      if (zero) {
        zeroEdges(offset, end, innerFirst, innerLast);
      }
    } finally {
      space.invalidateLock().unlockExclusive();
    }
  }

  /** Takes blocks for every hole: all, or none and an exception. */
  private void takeHoles(long first, long end, List<Piece> pieces) throws IOException {
    long holes = 0;
    ExtentCursor run = new ExtentCursor();
    for (long at = first; at < end; at = run.firstPage + run.pageCount) {
      inode.extents.find(at, run);
      if (run.state == ExtentState.HOLE) {
        holes += Math.min(end, run.firstPage + run.pageCount) - at;
      }
    }
    if (holes == 0) {
      return;
    }
    reserve(holes);
    BlockRun taken = new BlockRun();
    long left = holes;
    for (long at = first; at < end; at = run.firstPage + run.pageCount) {
      inode.extents.find(at, run);
      if (run.state != ExtentState.HOLE) {
        continue;
      }
      long to = Math.min(end, run.firstPage + run.pageCount);
      long goal = inode.direct.goal(at, run.firstPage);
      for (long p = at; p < to; p += taken.count()) {
        CachedFile cached = inode.cached();
        if (cached != null && units.blocksPerPageShift > 0) {
          takePart(cached, p, to, goal, taken);
          left -= taken.count();
          pieces.add(new Piece(p, taken.count(), taken.pfn(), true));
          goal = taken.end();
          continue;
        }
        // One huge page is counted twice for a moment; where that is too much it is just not huge.
        if (p % 512 == 0 && to - p >= 512 && volume.space.allocateHuge(goal, taken)) {
          volume.space.unreserve(512);
        } else {
          long n = p % 512 == 0 ? to - p : Math.min(to - p, 512 - p % 512);
          volume.space.allocateReserved(n, goal, taken);
        }
        left -= taken.count();
        pieces.add(new Piece(p, taken.count(), taken.pfn(), true));
        goal = taken.end();
      }
    }
    if (left != 0) {
      throw new IllegalStateException("took " + left + " blocks less than " + holes);
    }
  }

  /** Blocks for whole pages in whole frames, else for as much of a page as lies together. */
  private void takePart(CachedFile cached, long block, long end, long goal, BlockRun taken) {
    long pages = units.pageOf(end) - units.pageOf(block);
    boolean whole = units.blocksOf(units.pageOf(block)) == block && pages > 0;
    if (!whole || !volume.data.allocatePages(pages, goal, taken)) {
      long count = Math.min(end, units.blocksOf(units.pageOf(block) + 1)) - block;
      long home = cached.homeOf(block, new ExtentCursor());
      volume.data.allocatePart(cached.kept(), block, (int) count, home, goal, taken);
    }
  }

  private void reserve(long holes) throws IOException {
    inode.charge(holes);
    boolean done = false;
    try {
      volume.reserve(holes);
      done = true;
    } finally {
      if (!done) {
        inode.refund(holes);
      }
    }
  }

  private void addWritten(long first, long end, List<Piece> pieces) {
    ExtentCursor run = new ExtentCursor();
    for (long at = first; at < end; at = run.firstPage + run.pageCount) {
      inode.extents.find(at, run);
      if (run.state == ExtentState.WRITTEN) {
        long to = Math.min(end, run.firstPage + run.pageCount);
        pieces.add(new Piece(at, to - at, run.pfnOf(at), false));
      }
    }
  }

  /**
   * Makes all pieces unwritten extents, in one change with the size; or gives back what is fresh.
   */
  private void record(List<Piece> pieces, long size) throws IOException {
    long old = inode.sizeBytes();
    boolean done = false;
    inode.folding.lock();
    try (Change change = volume.change()) {
      inode.touch();
      inode.setSize(size);
      TreeExtents tree = new TreeExtents(volume, inode.number);
      for (Piece p : pieces) {
        tree.cut(change, p.first, p.first + p.count);
        tree.add(change, p.first, p.count, p.block << 1 | 1);
      }
      long time = Fold.putRecord(inode, change);
      inode.folded(change.done());
      inode.modifiedFolded(time);
      done = true;
      for (Piece p : pieces) {
        inode.extents.set(p.first, p.count, p.block, ExtentState.UNWRITTEN);
      }
    } finally {
      if (!done) {
        inode.setSize(old);
        pieces.stream().filter(Piece::fresh).forEach(this::giveBack);
      }
      inode.folding.unlock();
    }
  }

  private void giveBack(Piece fresh) {
    volume.data.free(fresh.block, fresh.count);
    inode.refund(fresh.count);
  }

  /** Lets the file go through DRAM, or not; durable on return. */
  void setTier(TierMode mode) throws IOException {
    volume.ensureWritable();
    volume.frames.quarantine().turnOver(); // mappings that were closed are quiet then
    space.sweep();
    space.lockForInvalidation(0, Long.MAX_VALUE, 0);
    try {
      volume.ensureWritable();
      if (space.hasMappings()) {
        throw new FileSystemException(
            space.name(), null, volume.region.name() + ": is mapped: close its mappings first");
      }
      space.writeback(0, Long.MAX_VALUE);
      recordTier(mode);
      space.invalidate(0, Long.MAX_VALUE);
      inode.applyTier();
    } finally {
      space.invalidateLock().unlockExclusive();
    }
  }

  private void recordTier(TierMode mode) throws IOException {
    TierMode old = inode.tierMode();
    boolean done = false;
    inode.folding.lock();
    try (Change change = volume.change()) {
      inode.setTierMode(mode);
      Fold.putRecord(inode, change, Times.now());
      inode.folded(change.done());
      done = true;
    } finally {
      if (!done) {
        inode.setTierMode(old);
      }
      inode.folding.unlock();
    }
    inode.commitFolded();
  }

  /** Keeps a hint with the file; durable on return. */
  void setHint(int blocks) throws IOException {
    inode.folding.lock();
    try (Change change = volume.change()) {
      int old = inode.hintBlocks();
      boolean done = false;
      try {
        inode.setHintBlocks(blocks);
        Fold.putRecord(inode, change, Times.now());
        inode.folded(change.done());
        done = true;
      } finally {
        if (!done) {
          inode.setHintBlocks(old);
        }
      }
    } finally {
      inode.folding.unlock();
    }
    inode.commitFolded();
  }

  private static long rangeEnd(long offset, long length) {
    if (offset < 0 || length <= 0 || offset > Inode.MAX_BYTES - length) {
      throw new IllegalArgumentException(
          "range ["
              + offset
              + ", +"
              + length
              + "): must have bytes, and end at "
              + Inode.MAX_BYTES
              + " or before");
    }
    return offset + length;
  }
}
