package io.jdax.fs;

import io.jdax.fs.facts.FileExtent;
import io.jdax.fs.facts.FilePages;
import io.jdax.fs.facts.FileStat;
import io.jdax.fs.facts.OpenMode;
import io.jdax.fs.facts.TierMode;
import io.jdax.fs.file.FileAllocation;
import io.jdax.fs.file.FileContent;
import io.jdax.fs.file.FileSettings;
import io.jdax.fs.file.FileSpace;
import io.jdax.fs.file.Inode;
import io.jdax.fs.file.InodeTable;
import io.jdax.fs.names.PathQueries;
import io.jdax.fs.volume.Volume;
import io.jdax.mm.AddressSpaceStatistics;
import io.jdax.mm.DaxMapping;
import io.jdax.mm.HolePolicy;
import io.jdax.mm.Pin;
import io.jdax.mm.PinAccess;
import io.jdax.mm.PinnedException;
import io.jdax.mm.Sharing;
import io.jdax.mm.engine.AddressSpace;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * An open file: bytes to read and write, to map and to pin.
 *
 * <p><b>Durability.</b> Bytes that were written are durable when write() or append() returns where
 * they lie in place, and when {@link #fsync} returns where they go through DRAM ({@link #pages}
 * tells). That they belong to the file, and its size, are durable when fsync returns, as is what
 * was stored through mappings and pins. With {@link OpenMode#DSYNC} all of a write is durable on
 * return. {@link #truncate}, {@link #allocate}, {@link #punchHole} and {@link #zeroRange} are all
 * or nothing as far as whole blocks go, and durable on return. Times are lazy: they are durable
 * with what else is; with {@link OpenMode#SYNC} at once.
 *
 * <p><b>Threads.</b> Any number at once. Reads don't block each other, nor overwrites of what has
 * storage; those that make the file longer are done one after the other. A read that overlaps a
 * write may see part of it.
 *
 * <p><b>The caller's memory</b> may be of any kind, also that of a pin. If it is that of the very
 * bytes that are read or written, or overlaps them, the bytes of both may be anything afterwards.
 *
 * <p>Offsets and lengths are in bytes, and offsets count from the beginning of the file.
 *
 * <p><b>Errors.</b> Every call throws ClosedChannelException after {@link #close}, and
 * IllegalStateException when the file system is closed. Others are refused before anything has
 * changed: by NonReadable- and NonWritableChannelException for what the file was not opened for, by
 * IllegalArgumentException for what can't be an offset or a length, and by {@link
 * io.jdax.fs.error.ReadOnlyMountException}, {@link io.jdax.fs.error.NoSpaceException}, {@link
 * io.jdax.fs.error.QuotaExceededException}, {@link PinnedException} for what would take pinned
 * memory away, and {@link io.jdax.fs.error.TreeFailedException} once a commit has failed. Media
 * that fail are told by {@link io.jdax.region.MediaErrorException} or {@link
 * io.jdax.persist.PersistException}, and a file that goes through DRAM may find no room there
 * ({@link io.jdax.mm.FramesExhaustedException}): some bytes may have changed by then. Of a change
 * whose commit has failed {@link DaxFileSystem} tells.
 */
public final class DaxFile implements AutoCloseable {
  final Inode inode;
  private final Volume volume;
  private final String path;
  private final FileContent content;
  private final FileSpace space;
  private final FileAllocation allocation;
  private final FileSettings settings;
  private final FileHandle handle;

  /** Takes over one use of the inode. */
  DaxFile(InodeTable inodes, Inode inode, String path, Set<OpenMode> modes) {
    this.inode = inode;
    this.volume = inode.volume;
    this.path = path;
    this.handle = new FileHandle(inodes, inode, modes);
    this.content = new FileContent(inode);
    this.space = new FileSpace(inode);
    this.allocation = new FileAllocation(inode);
    this.settings = new FileSettings(inode);
  }

  // ---------------------------------------------------------------- read

  /**
   * Reads up to {@code dst.byteSize()} bytes; fewer only where the file ends, or beyond some 2 GiB.
   *
   * @return how many bytes were read, 0 only if {@code dst} is empty; or −1 at or beyond the end of
   *     the file
   * @throws io.jdax.fs.error.BufferFaultException the memory of {@code dst} can't be stored to
   * @throws IOException the media failed, see the class; some of {@code dst} may have been filled
   */
  public int read(long offset, MemorySegment dst) throws IOException {
    handle.ensureReadable();
    FileHandle.checkOffset(offset);
    if (dst.isReadOnly()) {
      throw new IllegalArgumentException("the destination is read-only");
    }
    try (Calls _ = handle.enterContent()) {
      return content.read(offset, dst);
    }
  }

  /** As {@link #read(long, MemorySegment)}, from the buffer's position on, which advances. */
  public int read(long offset, ByteBuffer dst) throws IOException {
    int n = read(offset, MemorySegment.ofBuffer(dst));
    if (n > 0) {
      dst.position(dst.position() + n);
    }
    return n;
  }

  // ---------------------------------------------------------------- write

  /**
   * Writes all of {@code src}; the file becomes longer if need be. With {@link OpenMode#APPEND}
   * {@code offset} does not count.
   *
   * @throws io.jdax.fs.error.NoSpaceException there is no space for all of it; nothing was written
   * @throws io.jdax.fs.error.QuotaExceededException a quota does not allow it; nothing was written
   * @throws java.nio.file.FileSystemException the file would be longer than 2⁶⁰ bytes
   * @throws io.jdax.fs.error.BufferFaultException the memory of {@code src} can't be read; some of
   *     it may have been written
   * @throws IOException media or DRAM failed, see the class; some of it may have been written
   */
  public void write(long offset, MemorySegment src) throws IOException {
    handle.ensureWritable();
    FileHandle.checkOffset(offset);
    if (handle.appends()) {
      long _ = append(src);
      return;
    }
    try (Calls _ = handle.enterContent()) {
      content.write(offset, src);
      handle.afterWrite(offset, src.byteSize());
    }
  }

  /** As {@link #write(long, MemorySegment)}, all that remains; returns how many bytes that was. */
  public int write(long offset, ByteBuffer src) throws IOException {
    int n = src.remaining();
    write(offset, MemorySegment.ofBuffer(src));
    src.position(src.limit());
    return n;
  }

  /**
   * Writes all of {@code src} after the end of the file, wherever that is by then. Otherwise as
   * {@link #write(long, MemorySegment)}. From the second one on the file has storage ahead of its
   * end, so that files which are appended to in turns are not interleaved; it counts as free.
   *
   * @return the offset in bytes at which {@code src} was written
   */
  public long append(MemorySegment src) throws IOException {
    handle.ensureWritable();
    try (Calls _ = handle.enter()) {
      long offset = content.append(src);
      handle.afterWrite(offset, src.byteSize());
      return offset;
    }
  }

  /** As {@link #append(MemorySegment)}, from the buffer's position on, which advances. */
  public long append(ByteBuffer src) throws IOException {
    long offset = append(MemorySegment.ofBuffer(src));
    src.position(src.limit());
    return offset;
  }

  /**
   * Makes durable what was stored and written before the call, by whomever, with the metadata that
   * is needed to read it; also what a call that failed has left in the file. Waits for no reader
   * and no storing thread.
   *
   * @throws io.jdax.mm.WritebackException a write-back in the background has failed since this
   *     handle was last told; this call itself has made everything durable
   * @throws IOException something could not be made durable, and stays dirty
   */
  public void fsync() throws IOException {
    handle.ensureOpen();
    try (Calls _ = handle.enter()) {
      FsyncEvent event = FsyncEvent.begun();
      if (!volume.isSettled()) {
        inode.addressSpace.flushDirty(0, Long.MAX_VALUE);
        inode.commit();
      }
      if (event != null) {
        event.finish(inode.number);
      }
      handle.checkErrors();
    }
  }

  // ---------------------------------------------------------------- size and space

  /**
   * The size of the file in bytes, as it is now; {@link #fsync} makes it durable.
   *
   * @throws ClosedChannelException after {@link #close}
   */
  public long sizeBytes() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      return inode.sizeBytes();
    }
  }

  /** As {@link #truncate(long, Duration)}, without waiting. */
  public void truncate(long sizeBytes) throws IOException {
    truncate(sizeBytes, Duration.ZERO);
  }

  /**
   * Makes the file this long: cuts off what is after it, or adds a hole. Durable on return.
   *
   * @param sizeBytes 0 to 2⁶⁰
   * @param patience how long to wait for pins of what would go; none if it is negative, and for
   *     good if it is as long as {@link java.time.temporal.ChronoUnit#FOREVER}
   * @throws PinnedException they are still open, or the thread was interrupted; nothing has changed
   * @throws IOException it is refused, or the media failed: see the class. The size has changed if
   *     only the rest of the last page could not be zeroed
   */
  public void truncate(long sizeBytes, Duration patience) throws IOException {
    handle.change(() -> space.truncate(sizeBytes, FileHandle.nanos(patience)));
  }

  /**
   * Gives every block of a range storage, and room for all records that stores and writes to it may
   * want, so that none of those is refused for want of space: what was a hole becomes unwritten,
   * and reads as zeros as before. The file's time of modification moves, as it does on ext4 and
   * XFS. Durable on return.
   *
   * @param keepSize whether the size stays, though the range may end beyond it
   * @throws IOException it is refused, mostly for want of space, or a commit failed: see the class
   */
  public void allocate(long offset, long length, boolean keepSize) throws IOException {
    handle.change(() -> allocation.allocate(offset, length, keepSize));
  }

  /** As {@link #punchHole(long, long, Duration)}, without waiting. */
  public void punchHole(long offset, long length) throws IOException {
    punchHole(offset, length, Duration.ZERO);
  }

  /**
   * Makes a range read as zeros and gives the storage of its whole blocks back. The size stays.
   * Durable on return. Waits for no reader.
   *
   * @param patience how long to wait for pins of the range, as for {@link #truncate(long,
   *     Duration)}
   * @throws PinnedException they are still open, or the thread was interrupted; nothing has changed
   * @throws IOException it is refused, or the media failed: see the class. The whole blocks are
   *     gone if only the rest of the range could not be zeroed
   */
  public void punchHole(long offset, long length, Duration patience) throws IOException {
    handle.change(() -> space.punch(offset, length, FileHandle.nanos(patience)));
  }

  /** As {@link #zeroRange(long, long, boolean, Duration)}, without waiting. */
  public void zeroRange(long offset, long length, boolean keepSize) throws IOException {
    zeroRange(offset, length, keepSize, Duration.ZERO);
  }

  /**
   * Makes a range read as zeros and gives it storage, by making its whole blocks unwritten. Durable
   * on return.
   *
   * @param keepSize whether the size stays, though the range may end beyond it
   * @param patience how long to wait for pins of the range, as for {@link #truncate(long,
   *     Duration)}
   * @throws PinnedException they are still open, or the thread was interrupted; nothing has changed
   * @throws IOException as for {@link #punchHole(long, long, Duration)}, or there is no space
   */
  public void zeroRange(long offset, long length, boolean keepSize, Duration patience)
      throws IOException {
    handle.change(() -> allocation.zeroRange(offset, length, keepSize, FileHandle.nanos(patience)));
  }

  /**
   * Has so much storage allocated at a time, so that stores here and there leave few extents, and 2
   * MiB pages can be mapped as such. Appends get the rest of the window ahead, which counts for no
   * quota, and as free, until it is written. Kept with the file; durable on return.
   *
   * @param bytes a multiple of the block size up to 1 GiB, or 0 for one block at a time
   * @throws IllegalArgumentException it is something else
   * @throws IOException the file system is read-only, or a commit failed: see the class
   */
  public void setExtentSizeHint(long bytes) throws IOException {
    handle.change(() -> settings.setHint(bytes));
  }

  /**
   * What was set by {@link #setExtentSizeHint}, in bytes, or 0 for one block at a time. Errors as
   * for {@link #sizeBytes}.
   */
  public long extentSizeHint() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      return inode.volume.units.bytes(inode.hintBlocks());
    }
  }

  /**
   * Lets the file's pages go through DRAM, or not. Kept with the file; durable on return.
   *
   * @throws java.nio.file.FileSystemException it is mapped; nothing has changed
   * @throws PinnedException memory of it is pinned; nothing has changed
   * @throws IOException the file system is read-only, or what is dirty in DRAM could not be written
   *     back, or a commit failed: see the class
   */
  public void setTier(TierMode mode) throws IOException {
    handle.change(() -> settings.setTier(mode));
  }

  /** What {@link #setTier} was called with last, or AUTO. Errors as for {@link #sizeBytes}. */
  public TierMode tier() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      return inode.tierMode();
    }
  }

  /** Whether all of its pages go through DRAM now. Errors as for {@link #sizeBytes}. */
  public boolean isCached() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      return inode.store().allInDram();
    }
  }

  // ---------------------------------------------------------------- extents

  /**
   * Finds data (SEEK_DATA). Unwritten extents are holes here. Errors as for {@link #sizeBytes}.
   *
   * @return the offset of the first byte of data at or after {@code offset}, or −1 if there is none
   */
  public long nextData(long offset) throws IOException {
    return seek(offset, true);
  }

  /**
   * Finds a hole (SEEK_HOLE). The end of the file counts as one. Errors as for {@link #sizeBytes}.
   *
   * @return the offset of the first byte of a hole at or after {@code offset}, or −1 if that is at
   *     or beyond the end of the file
   */
  public long nextHole(long offset) throws IOException {
    return seek(offset, false);
  }

  private long seek(long offset, boolean data) throws IOException {
    handle.ensureOpen();
    FileHandle.checkOffset(offset);
    try (Calls _ = handle.enter()) {
      return inode.addressSpace.seek(offset, Long.MAX_VALUE, data);
    }
  }

  /**
   * All extents by ascending offset, those beyond the end of the file included. What is dirty in
   * DRAM is written back first, so that it has an extent.
   *
   * @throws IOException it could not be written back, and is still dirty
   */
  public List<FileExtent> extents() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      if (!volume.isSettled()) {
        inode.store().settle(0, Long.MAX_VALUE);
      }
      return inode.extents.all();
    }
  }

  /**
   * Which pages are loaded and stored where they lie, and which go through DRAM, ascending; pages
   * without storage are not listed. Errors as for {@link #sizeBytes}.
   */
  public List<FilePages> pages() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      long stamp = inode.addressSpace.invalidateLock().lockShared();
      try {
        return inode.store().pages().all();
      } finally {
        inode.addressSpace.invalidateLock().unlockShared(stamp);
      }
    }
  }

  // ---------------------------------------------------------------- memory

  /**
   * As {@link #map(long, long, Sharing, boolean, HolePolicy)}: shared if the file is open for
   * writing, else read-only; not SYNC; holes are zeros.
   */
  public DaxMapping map(long offset, long length) throws IOException {
    Sharing sharing = handle.isWritable() ? Sharing.SHARED : Sharing.READ_ONLY;
    return map(offset, length, sharing, false, HolePolicy.ZERO);
  }

  /**
   * Maps a range, which may reach beyond the end of the file, and then shows what the file grows
   * to. Costs next to no memory until pages are touched. The mapping is good until it is closed, or
   * the file system is, whatever happens to this handle.
   *
   * @param offset a multiple of 4096; of 2 MiB for pages of 2 MiB
   * @param length 1 byte to 128 TiB, rounded up to whole pages
   * @param sharing SHARED needs a file that is open for writing as well
   * @param sync whether metadata is durable before a store can happen, so that {@link
   *     DaxMapping#persist} flushes cache lines only; stores to new pages take longer then
   * @throws io.jdax.mm.NotInPlaceException {@code sync} is set, and the pages go through DRAM
   * @throws io.jdax.mm.TableSpaceException no addresses are left for its page table: close others
   * @throws IOException as for {@link #sizeBytes}, or it would be SHARED on a read-only mount
   */
  public DaxMapping map(long offset, long length, Sharing sharing, boolean sync, HolePolicy holes)
      throws IOException {
    try (Calls _ = handle.enterForMemory(sharing == Sharing.SHARED)) {
      return inode.addressSpace.map(offset, length, sharing, sync, holes);
    }
  }

  /**
   * Holds the memory of a range in place until the pin is closed: nothing takes it away meanwhile.
   * For WRITE, or if it is for long, holes get storage first. Where it fails, nothing is pinned.
   *
   * @param access WRITE needs a file that is open for writing as well
   * @param longTerm whether it may be held for any time; if not, it may show zeros for a hole that
   *     others store to meanwhile
   * @throws io.jdax.mm.BeyondEndException the range reaches beyond the last page of the file
   * @throws IOException there is no space or no frame for a page, or the media or the file system
   *     allow no stores that it needs, or the media failed: see the class
   */
  public Pin pin(long offset, long length, PinAccess access, boolean longTerm) throws IOException {
    try (Calls _ = handle.enterForMemory(access == PinAccess.WRITE)) {
      return inode.addressSpace.pin(offset, length, access, longTerm);
    }
  }

  /**
   * As {@link #pin}, not for long, and for the calling thread alone, which makes it cheap to close:
   * others get WrongThreadException, and can only close it once the thread has ended.
   */
  public Pin pinHere(long offset, long length, PinAccess access) throws IOException {
    try (Calls _ = handle.enterForMemory(access == PinAccess.WRITE)) {
      return inode.addressSpace.pinHere(offset, length, access);
    }
  }

  /**
   * What is known about the file, as it is now: part of it may not be durable yet.
   *
   * @throws io.jdax.fs.error.CorruptMetadataException its record is damaged
   * @throws ClosedChannelException after {@link #close}
   */
  public FileStat stat() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      return PathQueries.stat(volume, inode.number, inode, path);
    }
  }

  /**
   * What the file's mappings and pins did since it was opened first, by this handle or another.
   * Errors as for {@link #sizeBytes}.
   */
  public AddressSpaceStatistics statistics() throws IOException {
    try (Calls _ = handle.enterToAsk()) {
      return inode.addressSpace.statistics();
    }
  }

  /** The engine's view of the file, for this package and its tests. */
  AddressSpace addressSpace() {
    return inode.addressSpace;
  }

  // ---------------------------------------------------------------- life

  /** Whether {@link #close} has not been called. */
  public boolean isOpen() {
    return handle.isOpen();
  }

  /**
   * Ends the handle: calls that begin later throw ClosedChannelException, those that are under way
   * end as if it were open. The last one of a file writes its bytes back, if no mapping or pin uses
   * it any more, but only {@link #fsync} or {@link DaxFileSystem#sync} makes size, new blocks and
   * times durable. A second call does nothing.
   *
   * @throws IOException that failed, or a write-back in the background did, of which this handle
   *     was not told; {@link DaxFileSystem#sync} will try again. The handle is closed all the same
   */
  @Override
  public void close() throws IOException {
    handle.end();
  }

  @Override
  public String toString() {
    return "DaxFile[" + path + (isOpen() ? "]" : ", closed]");
  }
}
