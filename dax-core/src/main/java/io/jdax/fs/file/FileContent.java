package io.jdax.fs.file;

import io.jdax.fs.format.Limits;
import io.jdax.fs.space.Units;
import io.jdax.fs.volume.Volume;
import io.jdax.os.StackRoom;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.FileSystemException;

/**
 * read(), write() and append() of one file (dax_iomap_rw), by its {@link PageStore}. In place what
 * is written goes past the caches and is durable on return, so that fsync has nothing to look for;
 * that it belongs to the file is noted in the inode.
 */
public final class FileContent {
  private final InodeFacts inode;
  private final Volume volume;

  public FileContent(InodeFacts inode) {
    this.inode = inode;
    this.volume = inode.volume;
  }

  // ---------------------------------------------------------------- read

  /** Returns how many bytes were read, 0 if none were asked for, or −1 at or beyond the end. */
  public int read(long offset, MemorySegment dst) throws IOException {
    long stamp = inode.addressSpace.invalidateLock().lockSharedInside();
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
      long end =
          offset
              + Math.min(Math.min(length, size - offset), Integer.MAX_VALUE - Units.PAGE_BYTES + 1);
      inode.store().read(offset, end, dst);
      return (int) (end - offset);
    } finally {
      inode.addressSpace.invalidateLock().unlockShared(stamp);
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
  public void write(long offset, MemorySegment src) throws IOException {
    long length = src.byteSize();
    if (length == 0) {
      return;
    }
    long end = end(offset, length);
    while (end <= inode.sizeBytes()) {
      if (inode.store().write(offset, end, src)) {
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

  /** The caller has {@link InodeFacts#writers}. */
  private void writeWhole(long offset, long end, MemorySegment src) throws IOException {
    while (!inode.store().write(offset, end, src)) {
      Thread.onSpinWait(); // the file went to the tier or left it
    }
  }

  /**
   * Writes all of {@code src} after the end, and returns where that was. The caller has claimed the
   * stack of a file system.
   */
  public long append(MemorySegment src) throws IOException {
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
          inode.addressSpace.name(),
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
}
