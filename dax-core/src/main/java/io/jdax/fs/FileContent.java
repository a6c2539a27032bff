package io.jdax.fs;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.format.Limits;
import io.jdax.mm.ExtentCursor;
import io.jdax.mm.ExtentState;
import io.jdax.os.StackRoom;
import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;

/**
 * read(), write() and append() of one file (dax_iomap_rw). What is written goes past the caches and
 * is durable on return, so that fsync has nothing to look for; that it belongs to the file is noted
 * in the inode.
 *
 * <pre>
 *   overwrite      invalidate lock shared; straight to the frames
 *   hole           + conversion exclusively, a run at a time: take blocks, zero the edges, copy, drain, note;
 *                  then the mappings are told
 *   unwritten      the same without taking
 *   beyond end     + writers; the tail of the last page is zeroed first, the size is set last
 *   nearly full    conversion exclusively for all of it, so that it is known how many records it wants
 * </pre>
 */
final class FileContent {
  /** Blocks converted under one hold of the conversion lock: stores to other pages wait for it. */
  static final long MAX_RUN = 512;

  private static final ThreadLocal<ExtentCursor> CURSOR =
      ThreadLocal.withInitial(ExtentCursor::new);

  private final Inode inode;
  private final Volume volume;
  private final Persister persister;

  FileContent(Inode inode) {
    this.inode = inode;
    this.volume = inode.volume;
    this.persister = volume.persister;
  }

  // ---------------------------------------------------------------- read

  /** Bytes read; −1 at or beyond the end; 0 if none were asked for. */
  int read(long offset, MemorySegment dst) throws IOException {
    long stamp = inode.space.invalidateLock().lockSharedInside();
    try {
      volume.ensureOpen();
      long size = inode.sizeBytes();
      long length = dst.byteSize();
      if (length == 0) {
        return 0;
      }
      if (offset >= size) {
        return -1;
      }
      long end = offset + Math.min(Math.min(length, size - offset), Integer.MAX_VALUE - 4095);
      CachedFile cached = inode.cached();
      if (cached != null) {
        StackRoom.claim(StackRoom.FILE_SYSTEM);
        cached.read(offset, end, dst);
        return (int) (end - offset);
      }
      ExtentCursor run = CURSOR.get();
      for (long at = offset; at < end; ) {
        inode.extents.find(at >>> 12, run);
        long to = Math.min(end, (run.firstPage + run.pageCount) << 12);
        if (run.state == ExtentState.WRITTEN) {
          long media = ((run.pfn - run.firstPage) << 12) + at;
          volume.media.blocks.read(media, dst, at - offset, to - at);
        } else {
          CallerMemory.giveZeros(inode.space.name(), at, dst, at - offset, to - at);
        }
        at = to;
      }
      return (int) (end - offset);
    } finally {
      inode.space.invalidateLock().unlockShared(stamp);
    }
  }

  // ---------------------------------------------------------------- write

  /**
   * Writes all of {@code src}.
   *
   * @throws io.jdax.fs.error.NoSpaceException there is not enough for all of it; nothing was
   *     written
   * @throws io.jdax.fs.error.QuotaExceededException a quota does not allow all of it; nothing was
   *     written
   */
  void write(long offset, MemorySegment src) throws IOException {
    long length = src.byteSize();
    if (length == 0) {
      return;
    }
    long end = end(offset, length);
    while (end <= inode.sizeBytes()) {
      if (attempt(offset, end, src)) {
        return;
      }
    }
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    inode.writers.lock();
    try {
      writeWhole(offset, end, src);
    } finally {
      inode.writers.unlock();
    }
  }

  /** The caller has {@link Inode#writers}. */
  private void writeWhole(long offset, long end, MemorySegment src) throws IOException {
    while (!attempt(offset, end, src)) {
      Thread.onSpinWait(); // the file went to the tier or left it
    }
  }

  /** False: nothing was written, or not all; another attempt will do. */
  private boolean attempt(long offset, long end, MemorySegment src) throws IOException {
    CachedFile cached = inode.cached();
    if (cached == null) {
      return shared(offset, end, src);
    }
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    boolean longer = end > inode.sizeBytes(); // then it is in vain
    if (!longer && !cached.direct() && overwrite(cached, offset, end, src)) {
      return true;
    }
    CachedWrite write = new CachedWrite(this, inode, cached, offset, end, src);
    try {
      return write.run();
    } finally {
      write.close();
    }
  }

  /** False: nothing was written. */
  private boolean overwrite(CachedFile cached, long offset, long end, MemorySegment src)
      throws IOException {
    long stamp = inode.space.invalidateLock().lockSharedInside();
    try {
      volume.ensureWritable();
      boolean done =
          inode.cached() == cached
              && end <= inode.sizeBytes()
              && cached.overwrite(offset, end, src);
      if (done) {
        inode.touch();
      }
      return done;
    } finally {
      inode.space.invalidateLock().unlockShared(stamp);
    }
  }

  /** Writes all of {@code src} behind the end; returns where that was. */
  long append(MemorySegment src) throws IOException {
    StackRoom.claim(StackRoom.FILE_SYSTEM);
    inode.writers.lock();
    try {
      long offset = inode.sizeBytes();
      if (src.byteSize() > 0) {
        writeWhole(offset, end(offset, src.byteSize()), src);
      }
      return offset;
    } finally {
      inode.writers.unlock();
    }
  }

  private long end(long offset, long length) throws IOException {
    if (length > Limits.FILE_BYTES - offset) {
      throw new FileSystemException(
          inode.space.name(),
          null,
          volume.region.name()
              + ": bytes ["
              + offset
              + ", +"
              + length
              + ") reach beyond "
              + Limits.FILE_BYTES
              + ", where the longest file ends");
    }
    return offset + length;
  }

  /** False: the file was truncated, and whoever makes it longer needs {@link Inode#writers}. */
  private boolean shared(long offset, long end, MemorySegment src) throws IOException {
    long stamp = inode.space.invalidateLock().lockSharedInside();
    try {
      volume.ensureWritable();
      long size = inode.sizeBytes();
      if (end > size && !inode.writers.isHeldByCurrentThread() || inode.cached() != null) {
        return false;
      }
      ExtentCursor run = CURSOR.get();
      inode.extents.find(offset >>> 12, run);
      if (end <= size && isWithin(run, end)) {
        persister.copyPersist(((run.pfn - run.firstPage) << 12) + offset, src, 0, end - offset);
        inode.touch();
      } else {
        slow(offset, end, size, src, run);
      }
      return true;
    } finally {
      inode.space.invalidateLock().unlockShared(stamp);
    }
  }

  private static boolean isWithin(ExtentCursor run, long end) {
    return run.state == ExtentState.WRITTEN && end <= (run.firstPage + run.pageCount) << 12;
  }

  private void slow(long offset, long end, long size, MemorySegment src, ExtentCursor run)
      throws IOException {
    StackRoom.claim(
        StackRoom.FILE_SYSTEM); // what is held is given back with what was claimed before
    long first = offset >>> 12;
    long last = (end + 4095) >>> 12;
    Reservation room;
    try {
      room = Reservation.counted(inode, first, last, run);
    } catch (NoSpaceException e) {
      try {
        room =
            volume.whenSpaceIsBack(
                last - first, () -> Reservation.counted(inode, first, last, run));
      } catch (NoSpaceException notEnough) {
        exactly(offset, end, size, src, run);
        return;
      }
    }
    write(offset, end, size, src, room, run);
    inode.foldIfMuch();
  }

  /** On a device that is nearly full: nobody else converts a page of the file meanwhile. */
  private void exactly(long offset, long end, long size, MemorySegment src, ExtentCursor run)
      throws IOException {
    long first = offset >>> 12;
    long last = (end + 4095) >>> 12;
    long stamp = inode.direct.conversion.writeLock();
    try {
      write(offset, end, size, src, Reservation.exact(inode, first, last, run), run);
    } finally {
      inode.direct.conversion.unlockWrite(stamp);
      for (long at = first; at < last; at = run.firstPage + run.pageCount) {
        inode.extents.find(at, run);
        if (run.state == ExtentState.WRITTEN) {
          long count = Math.min(last, run.firstPage + run.pageCount) - at;
          inode.space.published(at, run.pfnOf(at), count);
        }
      }
    }
    inode.foldIfMuch();
  }

  private void write(
      long offset, long end, long size, MemorySegment src, Reservation room, ExtentCursor run)
      throws IOException {
    long at = offset;
    try {
      if (end > size) {
        zeroTail(size);
      }
      while (at < end) {
        inode.extents.find(at >>> 12, run);
        long to = Math.min(end, (run.firstPage + run.pageCount) << 12);
        if (run.state == ExtentState.WRITTEN) {
          persister.copyNoDrain(((run.pfn - run.firstPage) << 12) + at, src, at - offset, to - at);
        } else if (room.isExact()) {
          to = convert(at, to, src, at - offset, room, run);
        } else {
          to = convertLocked(at, to, end, src, at - offset, room, run);
        }
        at = to;
      }
      persister.drain();
    } finally {
      room.close();
      if (at > offset && at > size) {
        // Also after a failure: written blocks beyond the end would be found when the file grows.
        inode.setSize(at);
        inode.extents.noteSize();
      }
      if (at > offset) {
        inode.touch();
      }
    }
  }

  /** {@link #convert}, among others who convert pages, and told to the mappings. */
  private long convertLocked(
      long at, long to, long end, MemorySegment src, long from, Reservation room, ExtentCursor run)
      throws IOException {
    long page = at >>> 12;
    long stop;
    long stamp = inode.direct.conversion.writeLock();
    try {
      inode.extents.find(page, run);
      if (run.state == ExtentState.HOLE && inode.hintBlocks() > 1) {
        long fileEnd = (Math.max(end, inode.sizeBytes()) + 4095) >>> 12;
        if (inode.direct.takeWindow(page, run, fileEnd)) {
          inode.extents.find(page, run);
        }
      }
      if (run.state == ExtentState.WRITTEN) {
        return at; // a store was faster
      }
      stop = convert(at, to, src, from, room, run);
      inode.extents.find(page, run);
    } finally {
      inode.direct.conversion.unlockWrite(stamp);
    }
    // Not before: it locks pages, and a page fault that has one locked wants the conversion lock.
    inode.space.published(page, run.pfnOf(page), ((stop + 4095) >>> 12) - page);
    return stop;
  }

  /**
   * Writes into a hole or unwritten blocks, from {@code at} on, as far as one step goes.
   *
   * @param to where the write ends, or a run that was seen before
   * @param run of blocks around {@code at}
   * @return where it has stopped
   */
  private long convert(
      long at, long to, MemorySegment src, long from, Reservation room, ExtentCursor run)
      throws IOException {
    long page = at >>> 12;
    boolean hole = run.state == ExtentState.HOLE;
    long last = Math.min((to + 4095) >>> 12, run.firstPage + run.pageCount);
    long count = Math.min(last - page, MAX_RUN);
    long pfn;
    if (hole) {
      room.take(page, count, inode.direct.goal(page, run.firstPage));
      pfn = room.pfn;
      count = room.count;
    } else {
      pfn = run.pfnOf(page);
    }
    boolean done = false;
    MediaErrorException bad = null;
    try {
      long stop = Math.min(to, (page + count) << 12);
      fill(pfn << 12, at & 4095, count << 12, src, from, stop - at);
      inode.extents.note(page, count, pfn, ExtentState.WRITTEN, room::spend);
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

  /** Blocks that hold bytes of the write, zeros around them, durably. */
  private void fill(long frames, long head, long bytes, MemorySegment src, long from, long length)
      throws IOException {
    if (head > 0) {
      persister.fillNoDrain(frames, head, (byte) 0);
    }
    if (head + length < bytes) {
      persister.fillNoDrain(frames + head + length, bytes - head - length, (byte) 0);
    }
    persister.copyNoDrain(frames + head, src, from, length);
    persister.drain();
  }

  /**
   * Before the size grows: what mappings stored behind the end, in the last page, must not become
   * content (S0.3).
   */
  void zeroTail(long size) throws IOException {
    if ((size & 4095) == 0) {
      return;
    }
    CachedFile cached = inode.cached();
    if (cached != null) {
      cached.zero(size, (size | 4095) + 1);
      return;
    }
    ExtentCursor run = new ExtentCursor();
    inode.extents.find(size >>> 12, run);
    if (run.state == ExtentState.WRITTEN) {
      persister.fillPersist(
          (run.pfnOf(size >>> 12) << 12) + (size & 4095), 4096 - (size & 4095), (byte) 0);
    }
  }
}
