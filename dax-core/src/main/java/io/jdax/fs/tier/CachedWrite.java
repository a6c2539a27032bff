package io.jdax.fs.tier;

import io.jdax.fs.error.NoSpaceException;
import io.jdax.fs.file.Inode;
import io.jdax.fs.volume.Patience;
import io.jdax.mm.engine.FrameShortage;
import io.jdax.os.Pages;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One write() to a file that goes through the DRAM tier, in as many holds of the locks as it takes:
 * a thread that waits for a frame holds none. Space for all of it is set aside at the beginning.
 */
public final class CachedWrite implements AutoCloseable {
  private final Inode inode;
  private final CachedFile file;
  private final long end;
  private final MemorySegment src;
  private final long offset;
  private final Patience patience = new Patience();
  private long at;
  private @Nullable CachedRoom room;

  public CachedWrite(CachedFile file, long offset, long end, MemorySegment src) {
    this.inode = file.inode;
    this.file = file;
    this.offset = offset;
    this.end = end;
    this.src = src;
    this.at = offset;
  }

  /**
   * Goes on, until all is written.
   *
   * @return false if the caller must get {@link Inode#writers} first, or the file has left the tier
   */
  public boolean run() throws IOException {
    boolean done = false;
    try {
      boolean written = untilItHasFrames();
      done = true;
      if (written && !file.allInDram()) {
        inode.settleWrite(); // the note of the size came after those of the blocks
      }
      return written;
    } finally {
      if (!done && !file.allInDram()) {
        inode.failedToWrite(offset, at); // pages in one piece went to the media
        inode.settleNotes();
      }
    }
  }

  private boolean untilItHasFrames() throws IOException {
    while (true) {
      try {
        return once();
      } catch (FrameShortage e) {
        e.await();
      }
    }
  }

  private boolean once() throws IOException {
    long stamp = inode.addressSpace.invalidateLock().lockShared();
    long size = inode.sizeBytes();
    boolean growing = false;
    boolean onMedia = false;
    try {
      inode.volume.ensureWritable();
      if (inode.store() != file || end > size && !inode.writers.isHeldByCurrentThread()) {
        return false;
      }
      if (room == null) {
        room = file.rooms.roomAtLast(at, end, patience);
      }
      room.adopt();
      if (end > size) {
        if (at == offset) {
          boolean _ = inode.ahead.begin(offset, size); // for those who write it back
        }
        inode.zeroTail(size);
        growing = true;
        grow(size);
      }
      while (at < end) {
        long n = Math.min(end, Pages.endOf(at)) - at;
        file.content.writePage(at, src, at - offset, n, room);
        at += n;
      }
      file.content.written(offset, end);
      onMedia = !file.allInDram();
      return true;
    } finally {
      if (at > offset) {
        if (at > size) {
          inode.setSize(at);
          noteSize(onMedia);
          inode.ahead.grown(at);
        }
        inode.touch();
      }
      if (growing) { // else somebody else may be
        file.growth.grown();
      }
      inode.addressSpace.invalidateLock().unlockShared(stamp);
    }
  }

  /** Bytes that are on the media survive a kill, and so must the size that shows them. */
  private void noteSize(boolean onMedia) {
    if (onMedia) {
      inode.extents.noteSize(at, inode.modified());
    } else {
      inode.extents.noteSizeLater();
    }
  }

  private void grow(long size) throws IOException {
    try {
      file.growth.grow(size, end);
    } catch (NoSpaceException e) {
      inode.volume.againWhenSpaceIsBack(patience, 1, () -> file.growth.grow(size, end));
    }
  }

  /** Bytes that are written. */
  long written() {
    return at - offset;
  }

  @Override
  public void close() {
    if (room != null) {
      room.close();
    }
  }
}
