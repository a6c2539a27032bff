package io.jdax.mm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * One view of a file: bytes that are loaded and stored where they lie, checked. Made by the file's
 * {@code map}; nobody else has a reason to extend it.
 *
 * <p>Accessors fault explicitly and throw typed exceptions, all under {@link IOException}: {@link
 * BeyondEndException}, {@link HoleException}, {@link ReadOnlyMappingException}, {@link
 * io.jdax.region.MediaErrorException}, and what the file system throws when it has no space.
 * Outside of the mapping: {@link IndexOutOfBoundsException}. After {@link #close}: {@link
 * IllegalStateException}. A failed access has changed nothing, but bulk ones may have done a
 * prefix.
 *
 * <p>Media that fails under a page that is shown already is the one thing that plain accesses of
 * single values do not check for: compiled, they may return first, and the thread gets the JVM's
 * own {@link InternalError} right behind: in its own code, or at the entry of the next call that
 * takes its time. Ordered stores, compare-and-set, bulk accesses and {@link #persist} always say it
 * in their own words. An InternalError that is about other memory than the mapping's, such as the
 * other side of a copy, or that met an ordered load of memory which could be loaded from again when
 * it was looked at, is thrown as it is.
 *
 * <p>What a thread may rely on that has seen a value which another thread stored: an ordered store,
 * a compare-and-set or a bulk copy is durable, and so is all that its thread had stored before it,
 * when a {@link #persist} returns that was called after the value was seen. A plain store is, if
 * something orders it before the persist: an ordered store and load, a lock, a thread's start or
 * end. What is merely seen of a racing plain store may still be on its way to being counted dirty.
 *
 * <p>Interrupts: accesses do not wait, so they do not look at the thread's interrupt flag. One that
 * comes within the microseconds in which frames that were taken away are made unreachable, and
 * meets a thread just in the middle of a load or a plain store, can be lost. That is very rare, not
 * impossible. Whoever stops threads by interrupts should have a flag of their own as well.
 *
 * <p>Any thread may use it. A stored byte is visible to other threads and mappings as by ordinary
 * memory, and durable after {@link #persist}.
 */
public abstract class DaxMapping implements AutoCloseable {
  // ---------------------------------------------------------------- the view

  /** Bytes from the mapping's first to its last page: what was asked for, rounded up to pages. */
  public abstract long sizeBytes();

  /** First page of the file that it shows. */
  public abstract long firstPage();

  /** Number of 4 KiB pages. */
  public abstract long pageCount();

  /** Whether stores reach the file, stay private, or are refused. */
  public abstract Sharing sharing();

  /**
   * Metadata is durable before a store can happen, so that {@link #persist} flushes cache lines
   * only, unless other mappings stored to new pages.
   */
  public abstract boolean sync();

  /** What a load from a hole does. */
  public abstract HolePolicy holes();

  /** Whether accesses are possible, which {@link #close} ends. */
  public abstract boolean isOpen();

  /**
   * Makes durable what was stored to a range through any mapping of the file, with all metadata
   * that is needed to read it back. Flushes dirty pages only, and waits neither for readers nor for
   * storing threads; a store that races with it is either included or stays dirty. A private
   * mapping does it for the stores of others; nothing of its own is ever durable.
   *
   * @param offset first byte, from the start of the mapping
   * @param length in bytes
   * @throws IOException the media did not take the bytes, or the file system could not commit what
   *     leads to them: nothing of the range counts as durable, and the next call tries again
   * @throws IndexOutOfBoundsException the range is not in the mapping
   */
  public abstract void persist(long offset, long length) throws IOException;

  /** Makes the whole mapping durable, as {@link #persist} does a range. */
  public abstract void force() throws IOException;

  /**
   * Makes the pages of a range present (MAP_POPULATE), so that later accesses find them: for stores
   * if {@code store}, which allocates. They may be taken away again by others.
   */
  public abstract void populate(long offset, long length, boolean store) throws IOException;

  /**
   * Offset in the mapping of the first byte of data at or after {@code offset}, or −1 if there is
   * none (SEEK_DATA).
   */
  public abstract long nextData(long offset) throws IOException;

  /**
   * Offset in the mapping of the first byte of a hole at or after {@code offset} (SEEK_HOLE).
   * Unwritten extents are holes, and so is the end. Returns −1 if {@code offset} is at or beyond
   * the end.
   */
  public abstract long nextHole(long offset) throws IOException;

  /** What it has done so far, and what it shows now. */
  public abstract MappingStatistics statistics();

  /**
   * Ends the view: accesses throw {@link IllegalStateException} from now on, also those of other
   * threads. What was stored stays, dirty as it is; the file's fsync still knows of it. A second
   * call does nothing. Where an error ends the call, the mapping is closed all the same; what it
   * could not give back is given back by a second call, or by whoever closes or maps next.
   *
   * <p>When it returns, no thread stores through the mapping any more, however tight its loop: if
   * anybody could, the call waits for a turn-over of the epoch, tens of microseconds, more where
   * more threads run than there are processors. Closing a file system that has many of them waits
   * once. Where nothing was ever shown for stores it does not wait; another thread's loop of loads
   * may go on for some milliseconds then, and sees the file as it was.
   */
  @Override
  public abstract void close();

  // ---------------------------------------------------------------- plain loads and stores

  /** Loads a byte. */
  public abstract byte getByte(long offset) throws IOException;

  /** Stores a byte. Durable after a persist. */
  public abstract void putByte(long offset, byte value) throws IOException;

  /** Loads 2 bytes. */
  public abstract short getShort(long offset) throws IOException;

  /** Stores 2 bytes. Durable after a persist. */
  public abstract void putShort(long offset, short value) throws IOException;

  /** Loads 4 bytes. */
  public abstract int getInt(long offset) throws IOException;

  /** Stores 4 bytes. Durable after a persist. */
  public abstract void putInt(long offset, int value) throws IOException;

  /** Loads 8 bytes. */
  public abstract long getLong(long offset) throws IOException;

  /** Stores 8 bytes. Durable after a persist. */
  public abstract void putLong(long offset, long value) throws IOException;

  // ---------------------------------------------------------------- ordered accesses

  /** Loads a byte, opaque. */
  public abstract byte getByteOpaque(long offset) throws IOException;

  /** Loads a byte, acquire. */
  public abstract byte getByteAcquire(long offset) throws IOException;

  /** Loads a byte, volatile. */
  public abstract byte getByteVolatile(long offset) throws IOException;

  /** Stores a byte, opaque. Durable after a persist. */
  public abstract void putByteOpaque(long offset, byte value) throws IOException;

  /** Stores a byte, release. Durable after a persist. */
  public abstract void putByteRelease(long offset, byte value) throws IOException;

  /** Stores a byte, volatile. Durable after a persist. */
  public abstract void putByteVolatile(long offset, byte value) throws IOException;

  /** Loads 2 bytes, opaque. */
  public abstract short getShortOpaque(long offset) throws IOException;

  /** Loads 2 bytes, acquire. */
  public abstract short getShortAcquire(long offset) throws IOException;

  /** Loads 2 bytes, volatile. */
  public abstract short getShortVolatile(long offset) throws IOException;

  /** Stores 2 bytes, opaque. Durable after a persist. */
  public abstract void putShortOpaque(long offset, short value) throws IOException;

  /** Stores 2 bytes, release. Durable after a persist. */
  public abstract void putShortRelease(long offset, short value) throws IOException;

  /** Stores 2 bytes, volatile. Durable after a persist. */
  public abstract void putShortVolatile(long offset, short value) throws IOException;

  /** Loads 4 bytes, opaque. */
  public abstract int getIntOpaque(long offset) throws IOException;

  /** Loads 4 bytes, acquire. */
  public abstract int getIntAcquire(long offset) throws IOException;

  /** Loads 4 bytes, volatile. */
  public abstract int getIntVolatile(long offset) throws IOException;

  /** Stores 4 bytes, opaque. Durable after a persist. */
  public abstract void putIntOpaque(long offset, int value) throws IOException;

  /** Stores 4 bytes, release. Durable after a persist. */
  public abstract void putIntRelease(long offset, int value) throws IOException;

  /** Stores 4 bytes, volatile. Durable after a persist. */
  public abstract void putIntVolatile(long offset, int value) throws IOException;

  /** Loads 8 bytes, opaque. */
  public abstract long getLongOpaque(long offset) throws IOException;

  /** Loads 8 bytes, acquire. */
  public abstract long getLongAcquire(long offset) throws IOException;

  /** Loads 8 bytes, volatile. */
  public abstract long getLongVolatile(long offset) throws IOException;

  /** Stores 8 bytes, opaque. Durable after a persist. */
  public abstract void putLongOpaque(long offset, long value) throws IOException;

  /** Stores 8 bytes, release. Durable after a persist. */
  public abstract void putLongRelease(long offset, long value) throws IOException;

  /** Stores 8 bytes, volatile. Durable after a persist. */
  public abstract void putLongVolatile(long offset, long value) throws IOException;

  /**
   * Sets 4 bytes to {@code value} if they are {@code expected}, as {@link VarHandle#compareAndSet}
   * does; whether it did. Durable after a persist.
   */
  public abstract boolean compareAndSetInt(long offset, int expected, int value) throws IOException;

  /**
   * Sets 8 bytes to {@code value} if they are {@code expected}, as {@link VarHandle#compareAndSet}
   * does; whether it did. Durable after a persist.
   */
  public abstract boolean compareAndSetLong(long offset, long expected, long value)
      throws IOException;

  // ---------------------------------------------------------------- bulk accesses

  /** Copies bytes of the mapping to a segment on or off the heap. */
  public abstract void copyTo(long offset, MemorySegment dst, long dstOffset, long length)
      throws IOException;

  /** Copies a segment, on or off the heap, into the mapping. Durable after a persist. */
  public abstract void copyFrom(long offset, MemorySegment src, long srcOffset, long length)
      throws IOException;

  /** Stores {@code value} in every byte of a range. Durable after a persist. */
  public abstract void fill(long offset, long length, byte value) throws IOException;
}
