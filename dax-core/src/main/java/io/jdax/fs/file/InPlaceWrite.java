package io.jdax.fs.file;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.CoarseClock;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.ExtentState;
import io.jdax.os.StackRoom;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * One write() in place that is more than a copy: it takes blocks, converts unwritten ones, or makes
 * the file longer. The caller has the invalidate lock shared, and {@link InodeFacts#writers} if it
 * ends after the end of the file.
 *
 * <pre>
 *   hole          conversion exclusively, a run at a time: take blocks, zero the edges, copy, drain, note; then
 *                 the mappings are told
 *   unwritten     the same without taking
 *   beyond end    the tail of the last page is zeroed first, the size is set last
 *   nearly full   conversion exclusively for all of it, so that it is known how many records it wants
 * </pre>
 */
final class InPlaceWrite {
  /** Blocks converted under one hold of the conversion lock: stores to other pages wait for it. */
  static final long MAX_RUN = 512;

  private final InodeFacts inode;
  private final Volume volume;
  private final Persister persister;
  private final long offset;
  private final long end;
  private final MemorySegment src;

  /** Around {@link #at}, or what was there last. */
  private final BlockExtent run;

  /** Whether it makes the file longer, and keeps storage ahead for the next that does. */
  private boolean keeps;

  /** Up to here it is written. */
  private long at;

  InPlaceWrite(InodeFacts inode, long offset, long end, MemorySegment src, BlockExtent run) {
    this.inode = inode;
    this.volume = inode.volume;
    this.persister = volume.persister;
    this.offset = offset;
    this.end = end;
    this.src = src;
    this.run = run;
    this.at = offset;
  }

  private static long pageOf(long offset) {
    return offset >>> Units.PAGE_SHIFT;
  }

  /** Where the bytes of an offset lie on the media, by the run around it. */
  private long media(long at) {
    return ((run.deviceBlock - run.firstBlock) << Units.PAGE_SHIFT) + at;
  }

  /**
   * Writes all of it.
   *
   * @param size of the file before
   * @throws NoSpaceException there is not enough for all of it; nothing was written
   */
  void run(long size) throws IOException {
    // What is held is given back with what was claimed before.
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    long first = pageOf(offset);
    long last = Units.pagesIn(end);
    keeps = end > size && inode.ahead.begin(offset, size);
    WriteRoom room;
    try {
      room = room(first, last);
    } catch (NoSpaceException e) {
      try {
        room = volume.whenSpaceIsBack(last - first, () -> room(first, last));
      } catch (NoSpaceException notEnough) {
        exactly(first, last, size);
        return;
      }
    }
    write(size, room);
    inode.settleWrite();
  }

  private WriteRoom room(long first, long last) throws IOException {
    return CountedRoom.of(inode, first, last, keeps, run);
  }

  /** On a device that is nearly full: nobody else converts a page of the file meanwhile. */
  private void exactly(long first, long last, long size) throws IOException {
    long stamp = inode.direct.conversion.writeLock();
    try {
      write(size, ExactRoom.of(inode, first, last));
    } finally {
      inode.direct.conversion.unlockWrite(stamp);
      for (long page = first; page < last; page = run.endBlock()) {
        inode.extents.find(page, run);
        if (run.state == ExtentState.WRITTEN) {
          long count = Math.min(last, run.endBlock()) - page;
          inode.addressSpace.published(page, run.deviceBlockOf(page), count);
        }
      }
    }
    inode.settleWrite();
  }

  private void write(long size, WriteRoom room) throws IOException {
    boolean done = false;
    try {
      if (end > size) {
        inode.zeroTail(size);
      }
      while (at < end) {
        inode.extents.find(pageOf(at), run);
        long to = Math.min(end, run.endBlock() << Units.PAGE_SHIFT);
        if (run.state == ExtentState.WRITTEN) {
          persister.copyNoDrain(media(at), src, at - offset, to - at);
          at = to;
        } else if (room.isExact()) {
          at = convert(to, room);
        } else {
          convertLocked(to, room);
        }
      }
      persister.drain();
      done = true;
    } finally {
      if (!done) {
        inode.failedToWrite(offset, end);
        inode.tailMayHoldBytes();
      }
      room.close();
      if (at > offset && at > size) {
        // Also after a failure: written blocks beyond the end would be found when the file grows.
        inode.setSize(at);
        inode.extents.noteSize(at, inode.modified());
        inode.ahead.grown(at);
      }
      if (at > offset) {
        inode.touch();
      }
    }
  }

  /** {@link #convert}, among others who convert pages, and told to the mappings. */
  private void convertLocked(long to, WriteRoom room) throws IOException {
    long page = pageOf(at);
    long stop;
    long stamp = inode.direct.conversion.writeLock();
    try {
      inode.extents.find(page, run);
      if (run.state == ExtentState.HOLE && inode.hintBlocks() > 1) {
        long fileEnd = Units.pagesIn(Math.max(end, inode.sizeBytes()));
        if (inode.direct.takeWindow(page, run, fileEnd, Units.pagesIn(end), keeps)) {
          inode.extents.find(page, run);
        }
      }
      if (run.state == ExtentState.WRITTEN) {
        return; // a store was faster
      }
      stop = convert(to, room);
      inode.extents.find(page, run);
    } finally {
      inode.direct.conversion.unlockWrite(stamp);
    }
    // Not before: it locks pages, and a page fault that has one locked wants the conversion lock.
    inode.addressSpace.published(page, run.deviceBlockOf(page), Units.pagesIn(stop) - page);
    at = stop;
  }

  /**
   * Writes into a hole or unwritten blocks, from {@link #at} on, as far as one step goes.
   *
   * @param to where the write ends, or a run that was seen before
   * @return where it has stopped
   */
  private long convert(long to, WriteRoom room) throws IOException {
    long page = pageOf(at);
    boolean hole = run.state == ExtentState.HOLE;
    long last = Math.min(Units.pagesIn(to), run.endBlock());
    long count = Math.min(last - page, MAX_RUN);
    long pfn;
    if (hole) {
      // Most appends know where their blocks are, and need not look for the one before.
      long goal = inode.ahead.isNext(page) ? -1 : inode.direct.goal(page, run.firstBlock);
      room.take(page, count, goal);
      pfn = room.block();
      count = room.count();
    } else {
      pfn = run.deviceBlockOf(page);
    }
    boolean done = false;
    MediaErrorException bad = null;
    try {
      long stop = Math.min(to, (page + count) << Units.PAGE_SHIFT);
      fill(pfn << Units.PAGE_SHIFT, count << Units.PAGE_SHIFT, stop - at);
      // A piece beyond the end has the size with it: one record says both. A crash before the next
      // one would else leave blocks after the end whose bytes are found when the file grows.
      long newSize = stop > inode.sizeBytes() ? stop : ExtentMap.SAME_SIZE;
      long now = CoarseClock.now();
      inode.extents.note(page, count, pfn, ExtentState.WRITTEN, newSize, now, room::spend);
      inode.changedAt(now);
      done = true;
      return stop;
    } catch (MediaErrorException e) {
      bad = e;
      throw e;
    } finally {
      if (!done && hole) {
        volume.badBlocks.giveBack(pfn, count, bad);
        inode.refund(count);
      }
    }
  }

  /** Blocks that hold {@code length} bytes of the write, zeros around them, durably. */
  private void fill(long frames, long bytes, long length) throws IOException {
    long head = at & Units.PAGE_BYTES - 1;
    if (head > 0) {
      persister.fillNoDrain(frames, head, (byte) 0);
    }
    if (head + length < bytes) {
      persister.fillNoDrain(frames + head + length, bytes - head - length, (byte) 0);
    }
    persister.copyNoDrain(frames + head, src, at - offset, length);
    persister.drain();
  }
}
