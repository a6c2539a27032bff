package io.jdax.fs.file;

import io.jdax.fs.facts.TierMode;
import io.jdax.fs.format.Limits;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Units;
import io.jdax.fs.tree.Change;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.Invalidation;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

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
public final class FileSpace {
  private final Inode inode;
  private final Volume volume;
  private final AddressSpace space;
  private final Units units;

  public FileSpace(Inode inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.space = inode.space;
    this.units = volume.units;
  }

  // ---------------------------------------------------------------- truncate

  /** Makes the file shorter, or longer by a hole. */
  public void truncate(long bytes, long patienceNanos) throws IOException {
    if (bytes < 0 || bytes > Limits.FILE_BYTES) {
      throw new IllegalArgumentException(
          "size " + bytes + ": must be 0 to " + Limits.FILE_BYTES + " bytes");
    }
    volume.ensureWritable();
    BlockRuns gone = new BlockRuns();
    long commit = 0;
    space.lockForInvalidation(bytes >>> Units.PAGE_SHIFT, Long.MAX_VALUE, patienceNanos);
    boolean leaving = false;
    try {
      volume.ensureWritable();
      if (bytes > inode.sizeBytes()) {
        lengthen(bytes);
        return;
      }
      volume.leaving();
      leaving = true;
      commit = shorten(bytes, gone);
      inode.commitFolded();
      inode.zeroTail(bytes); // mappings still show the last page
    } finally {
      space.invalidateLock().unlockExclusive();
      if (leaving) {
        giveUp(gone, commit);
      }
    }
  }

  /**
   * Blocks that were {@linkplain Volume#leaving leaving}; also when what followed has failed:
   * nobody else knows of them.
   *
   * @param commit 0: nothing is gone, or mappings may show it still
   */
  private void giveUp(BlockRuns gone, long commit) {
    try {
      if (commit != 0) {
        volume.space.recorded(
            inode.extents.takeCredit(DirtyRanges.ITEMS_IN_ADVANCE)); // promised for what is gone
        volume.giveUp(gone, commit);
      }
    } finally {
      volume.left();
    }
  }

  private void lengthen(long bytes) throws IOException {
    try {
      grow(bytes, Limits.fileBlocks(units));
      resize(bytes);
    } finally {
      grown();
    }
  }

  /**
   * Before the file becomes longer, with the invalidate lock held exclusively; to be followed by
   * {@link #grown}.
   *
   * @param firstGiven see {@link PageStore#grow}
   */
  private void grow(long bytes, long firstGiven) throws IOException {
    inode.zeroTail(inode.sizeBytes());
    inode.store().grow(inode.sizeBytes(), bytes, firstGiven);
  }

  /** The file is longer, or is not after all. */
  private void grown() {
    inode.store().grown();
  }

  /** The size alone; durable on return. */
  private void resize(long bytes) throws IOException {
    long old = inode.sizeBytes();
    long modified = inode.modified();
    boolean done = false;
    inode.folding.lock();
    try (Change change = volume.changeFromReserve()) {
      inode.touch();
      inode.setSize(bytes);
      long time = Fold.putRecord(inode, change);
      inode.folded(change.done());
      inode.modifiedFolded(time);
      done = true;
    } finally {
      if (!done) {
        inode.setSize(old);
        inode.setModified(modified);
      }
      inode.folding.unlock();
    }
    inode.commitFolded();
  }

  private long shorten(long bytes, BlockRuns gone) throws IOException {
    long first = units.blocksIn(bytes);
    long old = inode.sizeBytes();
    long modified = inode.modified();
    long commit;
    boolean done = false;
    quietEdges(first, Limits.fileBlocks(units));
    long firstPage = units.pageOf(first);
    Invalidation invalidation = space.invalidation(firstPage, Long.MAX_VALUE - firstPage);
    inode.folding.lock();
    try (Change change = volume.freeing()) {
      inode.extents.collect(first, Limits.fileBlocks(units), gone);
      inode.touch();
      inode.setSize(bytes);
      new TreeExtents(volume, inode.number).cut(change, first, Limits.fileBlocks(units));
      long time = Fold.putRecord(inode, change);
      commit = change.commit();
      inode.folded(change.done());
      inode.modifiedFolded(time);
      done = true; // what follows can't fail
      inode.refund(inode.extents.remove(first, Limits.fileBlocks(units), null));
    } finally {
      if (!done) {
        inode.setSize(old);
        inode.setModified(modified);
      }
      inode.folding.unlock();
      if (done) {
        gone(invalidation, first, Limits.fileBlocks(units));
      }
    }
    return commit;
  }

  /**
   * The extent map has lost blocks: mappings show them no longer, nor does DRAM. Also when the end
   * of the change has failed then: one file has one content, whoever looks.
   */
  private void gone(Invalidation invalidation, long first, long end) {
    invalidation.run();
    inode.store().discard(first, end);
  }

  // ---------------------------------------------------------------- punch

  /** Makes a hole of every whole block in the range; what is in others reads as zeros. */
  public void punch(long offset, long length, long patienceNanos) throws IOException {
    long end = rangeEnd(offset, length);
    volume.ensureWritable();
    BlockRuns gone = new BlockRuns();
    long commit = 0;
    lockPages(offset, end, patienceNanos);
    volume.leaving();
    try {
      volume.ensureWritable();
      long first = units.blocksIn(offset);
      long last = end >= inode.sizeBytes() ? units.blocksIn(end) : units.blockOf(end);
      if (first < last && !isHole(first, last)) {
        quietEdges(first, last);
        Invalidation invalidation = invalidation(first, last);
        commit = cut(first, last, gone, invalidation);
      }
      commitAndZeroEdges(offset, end, first, last);
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

  /** After it no mapping shows blocks {@code [first, end)}, nor the pages that they lie in. */
  private Invalidation invalidation(long first, long end) throws IOException {
    long firstPage = units.pageOf(first);
    return space.invalidation(firstPage, units.pageEnd(end) - firstPage);
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

  private long cut(long first, long end, BlockRuns gone, Invalidation invalidation)
      throws IOException {
    long modified = inode.modified();
    boolean done = false;
    inode.folding.lock();
    try (Change change = volume.freeing()) {
      inode.extents.collect(first, end, gone);
      inode.touch();
      new TreeExtents(volume, inode.number).cut(change, first, end);
      long commit = change.commit();
      inode.folded(change.done());
      done = true; // what follows can't fail
      inode.refund(inode.extents.remove(first, end, null));
      return commit;
    } finally {
      if (!done) {
        inode.setModified(modified);
      }
      inode.folding.unlock();
      if (done) {
        gone(invalidation, first, end);
      }
    }
  }

  private boolean isHole(long first, long end) {
    if (inode.store().holdsAny(units.pageOf(first), units.pageEnd(end))) {
      return false;
    }
    BlockExtent run = new BlockExtent();
    inode.extents.find(first, run);
    return run.state == ExtentState.HOLE && run.endBlock() >= end;
  }

  /**
   * Makes durable what has become of the blocks {@code [first, last)}, and zeroes what of the range
   * lies in others. Also when there was no memory to commit: the blocks have changed for everybody,
   * and the next commit tells. Not when the commit has failed: the media may show the state before
   * it, of which these bytes are a part.
   */
  private void commitAndZeroEdges(long offset, long end, long first, long last) throws IOException {
    try {
      inode.commitFolded();
    } finally {
      if (!volume.isLost()) {
        inode.touch(); // whatever it has taken: bytes of blocks that stay, or nothing
        zeroEdges(offset, end, first, last);
      }
    }
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
    if (from < to) {
      inode.store().zero(from, to);
    }
  }

  // ---------------------------------------------------------------- allocate, zero range

  /** Gives every block of the range storage: unwritten, where there was a hole. */
  public void allocate(long offset, long length, boolean keepSize) throws IOException {
    fill(offset, rangeEnd(offset, length), keepSize, false, 0);
  }

  /** As {@link #allocate}, and all of the range reads as zeros: whole blocks become unwritten. */
  public void zeroRange(long offset, long length, boolean keepSize, long patienceNanos)
      throws IOException {
    fill(offset, rangeEnd(offset, length), keepSize, true, patienceNanos);
  }

  /** An extent that is to be, in blocks; {@code fresh}: they were taken for it. */
  private record Piece(long first, long count, long block, boolean fresh) {}

  /** What a range is to consist of. */
  private static final class Filling {
    final List<Piece> pieces = new ArrayList<>();

    /** Promised for what stores will make of them. */
    long items;

    /** It is what the extent map says, and not to be given back. */
    boolean recorded;
  }

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
      inode.store().settle(first, last);
      long old = inode.sizeBytes();
      long size = keepSize ? old : Math.max(end, old);
      long innerFirst = units.blocksIn(offset);
      long innerLast = end >= old ? last : units.blockOf(end);
      if (zero && innerFirst < innerLast) {
        quietEdges(innerFirst, innerLast);
      }
      if (size > old) {
        grow(size, first); // nothing is written back before it is known that the file grows
      }
      Filling filling = new Filling();
      if (zero) {
        addWritten(innerFirst, innerLast, filling.pieces);
      }
      Invalidation invalidation =
          zero && innerFirst < innerLast ? invalidation(innerFirst, innerLast) : null;
      try {
        takeAndRecord(first, last, filling, size);
        if (size > old) {
          inode.store().given(old);
        }
      } finally {
        if (invalidation != null && filling.recorded) {
          gone(invalidation, innerFirst, innerLast);
        }
      }
      if (zero) {
        commitAndZeroEdges(offset, end, innerFirst, innerLast);
      } else {
        inode.commitFolded();
      }
    } finally {
      grown();
      space.invalidateLock().unlockExclusive();
    }
  }

  /**
   * Takes blocks for every hole, and records them and what else is to be unwritten, with the size:
   * all, or nothing and an exception.
   */
  private void takeAndRecord(long first, long end, Filling filling, long size) throws IOException {
    long holes = 0;
    long unwritten = 2; // one before the range, one behind it
    BlockExtent run = new BlockExtent();
    for (long at = first; at < end; at = run.endBlock()) {
      inode.extents.find(at, run);
      if (run.state == ExtentState.HOLE) {
        holes += Math.min(end, run.endBlock()) - at;
      }
      unwritten += run.state == ExtentState.UNWRITTEN ? 1 : 0;
    }
    // Each block may become a record, and each extent that is joined by new ones costs one more.
    long items = holes + unwritten + filling.pieces.stream().mapToLong(Piece::count).sum();
    volume.space.promise(items);
    filling.items = items;
    try {
      if (holes > 0) {
        reserve(holes);
        takeHoles(first, end, holes, filling.pieces);
      }
      record(filling, size);
    } finally {
      if (!filling.recorded) {
        giveBack(filling.pieces, items);
      }
    }
  }

  /** Without an iterator: also what a want of memory has ended is given back. */
  private void giveBack(List<Piece> pieces, long items) {
    for (int i = 0; i < pieces.size(); i++) {
      Piece piece = pieces.get(i);
      if (piece.fresh) {
        volume.data.free(piece.block, piece.count);
        inode.refund(piece.count);
      }
    }
    volume.space.recorded(items);
  }

  /** Takes what was reserved; what could not be taken is given back. */
  private void takeHoles(long first, long end, long holes, List<Piece> pieces) {
    long[] left = {holes};
    boolean done = false;
    try {
      takeHoles(first, end, left, pieces);
      done = true;
    } finally {
      if (!done) {
        volume.data.unreserve(left[0]);
        inode.refund(left[0]);
      }
    }
    if (left[0] != 0) {
      throw new IllegalStateException("took " + left[0] + " blocks less than " + holes);
    }
  }

  private void takeHoles(long first, long end, long[] left, List<Piece> pieces) {
    BlockExtent run = new BlockExtent();
    BlockRun taken = new BlockRun();
    for (long at = first; at < end; at = run.endBlock()) {
      inode.extents.find(at, run);
      if (run.state != ExtentState.HOLE) {
        continue;
      }
      long to = Math.min(end, run.endBlock());
      long goal = inode.direct.goal(at, run.firstBlock);
      for (long p = at; p < to; p += taken.count()) {
        inode.store().takeReserved(p, to, goal, taken);
        add(pieces, p, taken, left);
        goal = taken.end();
      }
    }
  }

  private void add(List<Piece> pieces, long first, BlockRun taken, long[] left) {
    boolean done = false;
    try {
      pieces.add(new Piece(first, taken.count(), taken.start(), true));
      left[0] -= taken.count();
      done = true;
    } finally {
      if (!done) {
        volume.data.freeReserved(taken.start(), taken.count());
      }
    }
  }

  private void reserve(long holes) throws IOException {
    inode.charge(holes);
    boolean done = false;
    try {
      volume.data.reserve(holes);
      done = true;
    } finally {
      if (!done) {
        inode.refund(holes);
      }
    }
  }

  private void addWritten(long first, long end, List<Piece> pieces) {
    BlockExtent run = new BlockExtent();
    for (long at = first; at < end; at = run.endBlock()) {
      inode.extents.find(at, run);
      if (run.state == ExtentState.WRITTEN) {
        long to = Math.min(end, run.endBlock());
        pieces.add(new Piece(at, to - at, run.deviceBlockOf(at), false));
      }
    }
  }

  /** Makes all pieces unwritten extents, in one change with the size. */
  private void record(Filling filling, long size) throws IOException {
    List<Piece> pieces = filling.pieces;
    long old = inode.sizeBytes();
    long modified = inode.modified();
    long[] unused = {filling.items};
    LongConsumer spender = spent -> unused[0] -= spent;
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
      inode.extents.prepare(pieces.size());
      inode.folded(change.done());
      inode.modifiedFolded(time);
      filling.recorded = true; // what follows can't fail
      for (int i = 0; i < pieces.size(); i++) { // an iterator would want memory
        Piece p = pieces.get(i);
        inode.extents.set(p.first, p.count, p.block, ExtentState.UNWRITTEN, spender);
      }
      assert unused[0] >= 0 : "unwritten extents that nothing was promised for";
      volume.space.recorded(unused[0]);
    } finally {
      if (!filling.recorded) {
        inode.setSize(old);
        inode.setModified(modified);
      }
      inode.folding.unlock();
    }
  }

  /** Lets the file go through DRAM, or not; durable on return. */
  public void setTier(TierMode mode) throws IOException {
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
      Invalidation invalidation = space.invalidation(0, Long.MAX_VALUE);
      recordTier(mode);
      invalidation.run();
      inode.applyTier();
    } finally {
      space.invalidateLock().unlockExclusive();
    }
  }

  private void recordTier(TierMode mode) throws IOException {
    TierMode old = inode.tierMode();
    boolean done = false;
    inode.folding.lock();
    try (Change change = volume.changeFromReserve()) {
      inode.setTierMode(mode);
      Fold.putRecord(inode, change, CoarseClock.now());
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
  public void setHint(int blocks) throws IOException {
    inode.folding.lock();
    try (Change change = volume.changeFromReserve()) {
      int old = inode.hintBlocks();
      boolean done = false;
      try {
        inode.setHintBlocks(blocks);
        Fold.putRecord(inode, change, CoarseClock.now());
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
    if (offset < 0 || length <= 0 || offset > Limits.FILE_BYTES - length) {
      throw new IllegalArgumentException(
          "range ["
              + offset
              + ", +"
              + length
              + "): must have bytes, and end at "
              + Limits.FILE_BYTES
              + " or before");
    }
    return offset + length;
  }
}
