package io.jdax.fs.file;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.error.QuotaExceededException;
import io.jdax.fs.space.BlockRun;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * The way that most appends go: the new pages have their blocks ahead of the file's end, in one
 * piece, and what is left of the last page is written. Copied, drained, and told by one record. All
 * of it happens, or nothing; whatever is not so simple is an {@link InPlaceWrite}.
 *
 * <p>Nobody else converts these pages, so that it needs neither {@link DirectBlocks#conversion} nor
 * to tell the mappings: no fault, pin or window goes beyond the end of the file, and who makes it
 * longer has {@link InodeFacts#writers}, as the caller has. The invalidate lock is held shared.
 *
 * <p>Between the copy and the drain nothing waits for what was stored, as a lock would: the copy
 * streams past the cache meanwhile.
 */
final class InPlaceAppend {
  private final InodeFacts inode;
  private final Volume volume;
  private final Persister persister;

  // of the one who has the writers' lock
  private final BlockRun taken = new BlockRun();
  private final BlockExtent tail = new BlockExtent();

  InPlaceAppend(InodeFacts inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.persister = volume.persister;
  }

  /**
   * Appends.
   *
   * @param offset the end of the file
   * @return false if it is not as simple as that; then nothing has changed
   */
  boolean tryRun(long offset, long end, MemorySegment src) throws IOException {
    long rest = -offset & Units.PAGE_BYTES - 1;
    if (rest > 0 && (inode.addressSpace.wasMapped() || !isTailWritten(offset))) {
      return false; // what mappings stored after the end has to be zeroed
    }
    boolean _ = inode.ahead.begin(offset, offset);
    long page = Units.pagesIn(offset);
    long count = Units.pagesIn(end) - page;
    if (count > 0 && (inode.hintBlocks() > 1 || !take(page, count))) {
      return false;
    }
    boolean done = false;
    MediaErrorException bad = null;
    try {
      copy(offset, Math.min(end, offset + rest), end, count, src);
      long now = CoarseClock.now();
      if (count > 0) {
        inode.extents.note(page, count, taken.start(), ExtentState.WRITTEN, end, now, volume.space);
      } else {
        inode.extents.noteSize(end, now);
      }
      done = true;
      inode.changedAt(now);
    } catch (NoSpaceException e) {
      return false; // the long way waits for room, and writes the same bytes again
    } catch (MediaErrorException e) {
      bad = e;
      throw e;
    } finally {
      if (!done) {
        if (count > 0) {
          volume.badBlocks.giveBack(taken.start(), count, bad);
          inode.refund(count);
        }
        inode.tailMayHoldBytes(); // after the end
      }
    }
    inode.ahead.grown(end);
    inode.settleWrite();
    return true;
  }

  private boolean isTailWritten(long offset) {
    inode.extents.find(offset >>> Units.PAGE_SHIFT, tail);
    return tail.isWritten() && inode.isTailZero();
  }

  /** Takes all of the blocks, which count for the file from then on, or none. */
  private boolean take(long page, long count) {
    if (inode.ahead.blocks() < count || !inode.ahead.isNext(page)) {
      return false;
    }
    boolean charged = false;
    try {
      inode.charge(count);
      charged = true;
      volume.data.reserve(count);
    } catch (NoSpaceException | QuotaExceededException e) {
      inode.refund(charged ? count : 0);
      return false; // the long way may find some
    }
    if (inode.ahead.take(page, count, taken)) {
      if (taken.count() == count) {
        return true;
      }
      volume.data.freeReserved(taken.start(), taken.count());
    }
    volume.data.unreserve(count);
    inode.refund(count);
    return false;
  }

  private void copy(long offset, long tailEnd, long end, long count, MemorySegment src)
      throws IOException {
    if (tailEnd > offset) {
      long media = ((tail.deviceBlock - tail.firstBlock) << Units.PAGE_SHIFT) + offset;
      persister.copyNoDrain(media, src, 0, tailEnd - offset);
    }
    if (count > 0) {
      long to = taken.start() << Units.PAGE_SHIFT;
      long length = end - tailEnd;
      persister.copyNoDrain(to, src, tailEnd - offset, length);
      long after = (count << Units.PAGE_SHIFT) - length;
      if (after > 0) {
        persister.fillNoDrain(to + length, after, (byte) 0);
      }
    }
    persister.drain();
  }
}
