package io.jdax.fs.file;

import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.BlockRuns;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.Invalidation;
import java.io.IOException;

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
  /** A cut that leaves the size as it is. */
  private static final long KEEP_SIZE = -1;

  private final Inode inode;
  private final Volume volume;
  private final AddressSpace addressSpace;
  private final Units units;

  public FileSpace(Inode inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.addressSpace = inode.addressSpace;
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
    addressSpace.lockForInvalidation(bytes >>> Units.PAGE_SHIFT, Long.MAX_VALUE, patienceNanos);
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
      addressSpace.invalidateLock().unlockExclusive();
      if (leaving) {
        giveUp(gone, commit);
      }
    }
  }

  /**
   * Blocks that were {@linkplain Volume#leaving leaving}; also when what followed has failed:
   * nobody else knows of them.
   *
   * @param commit or 0 if nothing is gone, or mappings may still show it
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
      inode.zeroTail(inode.sizeBytes());
      inode.store().grow(inode.sizeBytes(), bytes, Limits.fileBlocks(units));
      resize(bytes);
    } finally {
      inode.store().grown();
    }
  }

  /** The size alone; durable on return. */
  private void resize(long bytes) throws IOException {
    try (InodeUpdate update = new InodeUpdate(inode, volume::changeFromReserve)) {
      inode.touchUntold();
      inode.setSize(bytes);
      update.done();
    }
    inode.commitFolded();
  }

  private long shorten(long bytes, BlockRuns gone) throws IOException {
    CutRange range = CutRange.from(inode, units.blocksIn(bytes));
    range.quietEdges();
    Invalidation invalidation = range.invalidation();
    return cut(range, gone, invalidation, bytes);
  }

  // ---------------------------------------------------------------- punch

  /** Makes a hole of every whole block in the range; what is in others reads as zeros. */
  public void punch(long offset, long length, long patienceNanos) throws IOException {
    long end = rangeEnd(offset, length);
    volume.ensureWritable();
    BlockRuns gone = new BlockRuns();
    long commit = 0;
    lockPages(inode, offset, end, patienceNanos);
    volume.leaving();
    try {
      volume.ensureWritable();
      CutRange range = CutRange.inside(inode, offset, end);
      if (!range.isEmpty() && !isHole(range)) {
        range.quietEdges();
        Invalidation invalidation = range.invalidation();
        commit = cut(range, gone, invalidation, KEEP_SIZE);
      }
      range.commitAndZeroRest(offset, end);
    } finally {
      addressSpace.invalidateLock().unlockExclusive();
      giveUp(gone, commit);
    }
  }

  /** Keeps faults and pins out of all pages that a range of bytes touches. */
  static void lockPages(InodeFacts inode, long offset, long end, long patienceNanos)
      throws IOException {
    long firstPage = offset >>> Units.PAGE_SHIFT;
    inode.addressSpace.lockForInvalidation(
        firstPage, Units.pagesIn(end) - firstPage, patienceNanos);
  }

  /**
   * Takes the extents of a range away, from the tree and the map, and everybody's sight.
   *
   * @param gone gets the blocks
   * @param size of the file from then on, or {@link #KEEP_SIZE}
   * @return the commit that the change is in
   */
  private long cut(CutRange range, BlockRuns gone, Invalidation invalidation, long size)
      throws IOException {
    boolean done = false;
    try (InodeUpdate update = new InodeUpdate(inode, volume::freeing)) {
      inode.extents.collect(range.first, range.end, gone);
      inode.touchUntold();
      new TreeExtents(volume, inode.number).cut(update.change, range.first, range.end);
      long commit = update.change.commitNumber();
      if (size == KEEP_SIZE) {
        update.doneButForTimes();
      } else {
        inode.setSize(size);
        update.done();
      }
      done = true; // what follows can't fail
      inode.refund(inode.extents.remove(range.first, range.end, null));
      inode.ahead.cut(range.first, range.end);
      return commit;
    } finally {
      if (done) { // also if the end of the change has failed
        range.gone(invalidation);
      }
    }
  }

  private boolean isHole(CutRange range) {
    if (inode.store().holdsAny(units.pageOf(range.first), units.pageEnd(range.end))) {
      return false;
    }
    BlockExtent run = new BlockExtent();
    inode.extents.find(range.first, run);
    return run.state == ExtentState.HOLE && run.endBlock() >= range.end;
  }

  static long rangeEnd(long offset, long length) {
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
