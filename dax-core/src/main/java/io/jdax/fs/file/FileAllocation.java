package io.jdax.fs.file;

import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.mm.engine.AddressSpace;
import io.jdax.mm.engine.Invalidation;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Storage for a range of one file, before anything is written to it (xfs_alloc_file_space): every
 * block becomes unwritten, where there was a hole, or also where there was content. One change of
 * the tree, all or nothing, durable on return.
 */
public final class FileAllocation {
  private final Inode inode;
  private final Volume volume;
  private final AddressSpace addressSpace;
  private final Units units;

  public FileAllocation(Inode inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.addressSpace = inode.addressSpace;
    this.units = volume.units;
  }

  /** Gives every block of the range storage: unwritten, where there was a hole. */
  public void allocate(long offset, long length, boolean keepSize) throws IOException {
    fill(offset, FileSpace.rangeEnd(offset, length), keepSize, false, 0);
  }

  /** As {@link #allocate}, and all of the range reads as zeros: whole blocks become unwritten. */
  public void zeroRange(long offset, long length, boolean keepSize, long patienceNanos)
      throws IOException {
    fill(offset, FileSpace.rangeEnd(offset, length), keepSize, true, patienceNanos);
  }

  /** An extent that is to be, in blocks, which were taken for it if it is {@code fresh}. */
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
      FileSpace.lockPages(inode, offset, end, patienceNanos);
    } else {
      addressSpace.invalidateLock().lockExclusive();
    }
    try {
      volume.ensureWritable();
      inode.store().settle(first, last);
      long old = inode.sizeBytes();
      long size = keepSize ? old : Math.max(end, old);
      CutRange inner = CutRange.inside(inode, offset, end);
      boolean cuts = zero && !inner.isEmpty();
      if (cuts) {
        inner.quietEdges();
      }
      if (size > old) {
        // Nothing is written back before it is known that the file grows.
        inode.zeroTail(old);
        inode.store().grow(old, size, first);
      }
      Filling filling = new Filling();
      if (cuts) {
        addWritten(inner.first, inner.end, filling.pieces);
      }
      Invalidation invalidation = cuts ? inner.invalidation() : null;
      try {
        takeAndRecord(first, last, filling, size);
        if (size > old) {
          inode.store().given(old);
        }
      } finally {
        if (invalidation != null && filling.recorded) {
          inner.gone(invalidation);
        }
      }
      if (zero) {
        inner.commitAndZeroRest(offset, end);
      } else {
        inode.commitFolded();
      }
    } finally {
      inode.store().grown();
      addressSpace.invalidateLock().unlockExclusive();
    }
  }

  /**
   * Takes blocks for every hole, and records them and what else is to be unwritten, with the size:
   * all, or nothing and an exception.
   */
  private void takeAndRecord(long first, long end, Filling filling, long size) throws IOException {
    long holes = 0;
    long unwritten = 2; // one before the range, one after it
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
    long[] unused = {filling.items};
    LongConsumer spender = spent -> unused[0] -= spent;
    try (InodeUpdate update = new InodeUpdate(inode, volume::change)) {
      inode.touchUntold();
      inode.setSize(size);
      TreeExtents tree = new TreeExtents(volume, inode.number);
      for (Piece p : pieces) {
        tree.cut(update.change, p.first, p.first + p.count);
        tree.add(update.change, p.first, p.count, p.block << 1 | 1);
      }
      inode.extents.prepare(pieces.size());
      update.done();
      filling.recorded = true; // what follows can't fail
      for (int i = 0; i < pieces.size(); i++) { // an iterator would want memory
        Piece p = pieces.get(i);
        inode.extents.set(p.first, p.count, p.block, ExtentState.UNWRITTEN, spender);
      }
      assert unused[0] >= 0 : "unwritten extents that nothing was promised for";
      volume.space.recorded(unused[0]);
    }
  }
}
