package io.jdax.mm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;

/**
 * One view of a file: bytes that are loaded and stored where they lie, checked. Made by the file's
 * {@code map}; nobody else has a reason to extend it. Any thread may use it.
 *
 * <p><b>Offsets</b> are bytes from the start of the mapping. Plain accesses take them at any
 * alignment, ordered ones and compare-and-set at multiples of the size of the value. Values are in
 * the machine's byte order.
 *
 * <p><b>Durability.</b> A stored byte is visible to other threads and mappings as in ordinary
 * memory, and durable when a {@link #persist} of its range returns that was called after the store;
 * none of the methods that store makes anything durable. A thread that has seen a value which
 * another thread stored may rely on this: an ordered store, a compare-and-set or a bulk copy, and
 * all that its thread had stored before it, is durable when a persist returns that was called after
 * the value was seen, as far as it lies in that persist's range. So is a plain store, if something
 * orders it before the persist: an ordered store and load, a lock, a thread's start or end. What is
 * merely seen of a racing plain store may not count as dirty yet.
 *
 * <p><b>Errors.</b> Accessors fault explicitly and throw typed exceptions, all under {@link
 * IOException}:
 *
 * <ul>
 *   <li>{@link BeyondEndException} if the page lies wholly beyond the end of the file,
 *   <li>{@link HoleException} if it has no data and the mapping is one of {@link
 *       HolePolicy#MARKER},
 *   <li>{@link ReadOnlyMappingException} for a store that the mapping or the file system refuses,
 *   <li>{@link PrivateMemoryException} for the first store to a page of a private mapping, if there
 *       is no memory for the copy,
 *   <li>{@link FramesExhaustedException} if the page goes through DRAM and no frame can be freed,
 *   <li>{@link io.jdax.region.MediaErrorException} if the media failed,
 *   <li>and what the file system throws for a store to a new page when it has no space.
 * </ul>
 *
 * An access outside of the mapping throws {@link IndexOutOfBoundsException}, one after {@link
 * #close} {@link IllegalStateException}. A failed access has changed nothing, except that bulk
 * accesses may have stored or loaded a prefix.
 *
 * <p>Media that fails under a page that is already shown is the one thing that plain accesses of
 * single values do not check for. Compiled, they may return first, and the thread gets the JVM's
 * own {@link InternalError} shortly after: in its own code, or at the entry of the next call that
 * takes its time, or stores in order. Ordered stores, compare-and-set, bulk accesses and {@link
 * #persist} always report it in their own words. An InternalError is thrown as it is when it
 * concerns memory other than the mapping's: an earlier access, or the other side of a copy. So it
 * is when it met a load or a plain store of memory that could be accessed again when it was looked
 * at; such a plain store may have been made.
 *
 * <p><b>Interrupts.</b> Accesses do not wait, so they do not look at the thread's interrupt flag.
 * An interrupt can be lost if it comes within the microseconds in which frames that were taken away
 * are made unreachable, and meets a thread that is just in the middle of a load or a plain store.
 * That is very rare, but not impossible: whoever stops threads by interrupts should have a flag of
 * their own as well.
 */
public abstract class DaxMapping implements AutoCloseable {
  // ---------------------------------------------------------------- the view

  /** Bytes from the first page to the last: the length asked for, rounded up to whole pages. */
  public abstract long sizeBytes();

  /** Number of the first page of 4 KiB that it shows, counted from the start of the file. */
  public abstract long firstPage();

  /** Number of pages of 4 KiB. */
  public abstract long pageCount();

  /** Whether stores reach the file, stay private, or are refused. */
  public abstract Sharing sharing();

  /**
   * Whether metadata is durable before a store can happen. {@link #persist} then flushes cache
   * lines only, unless other mappings have stored to new pages.
   */
  public abstract boolean sync();

  /** What an access to a hole does. */
  public abstract HolePolicy holes();

  /** Whether accesses are possible, which {@link #close} ends. */
  public abstract boolean isOpen();

  /**
   * Makes a range durable: when it returns, power loss takes nothing from what was stored to the
   * range through any mapping of the file before the call, nor from the metadata needed to read it
   * back. Flushes dirty pages only, and waits neither for readers nor for storing threads; a store
   * that races with it is either included or stays dirty. A page that lies partly in the range has
   * that part flushed, and stays dirty. A private mapping does this for the stores of others;
   * nothing of its own is ever durable.
   *
   * @param offset first byte, from the start of the mapping
   * @param length in bytes; none is allowed
   * @throws IOException the media did not take the bytes, or the file system could not commit what
   *     leads to them: nothing of the range counts as durable, and the next call tries again
   * @throws io.jdax.persist.LostWritebackException an earlier write-back of the region failed in a
   *     way that may have lost bytes: nothing can be made durable until the region is opened again
   * @throws WritebackException pages of the file could not be written back in the background since
   *     this mapping was last told; the range itself is durable
   * @throws IndexOutOfBoundsException the range is not in the mapping
   * @throws IllegalStateException the mapping is closed
   */
  public abstract void persist(long offset, long length) throws IOException;

  /**
   * Makes the whole mapping durable, as {@link #persist} does for a range.
   *
   * @throws IOException as for persist
   * @throws IllegalStateException the mapping is closed
   */
  public abstract void force() throws IOException;

  /**
   * Makes the pages of a range present (MAP_POPULATE), so that later accesses find them. Others may
   * take them away again. Where it fails, the pages before the one that failed are present.
   *
   * @param offset first byte, from the start of the mapping
   * @param length in bytes; pages that lie partly in the range are made present as well
   * @param store present for stores, which gives storage to holes, or copies the pages of a private
   *     mapping; else for loads, which allocates nothing
   * @throws IOException as for an access to the page
   * @throws IndexOutOfBoundsException the range is not in the mapping
   * @throws IllegalStateException the mapping is closed
   */
  public abstract void populate(long offset, long length, boolean store) throws IOException;

  /**
   * Finds data (SEEK_DATA). Unwritten extents are holes.
   *
   * @param offset in bytes, from the start of the mapping
   * @return offset in the mapping of the first byte of data at or after {@code offset}, or −1 if
   *     there is none before the end of the mapping and of the file
   * @throws IOException the file's extents can't be read
   * @throws IllegalStateException the file system is closed
   */
  public abstract long nextData(long offset) throws IOException;

  /**
   * Finds a hole (SEEK_HOLE). Unwritten extents are holes, and so is the end of the file or of the
   * mapping, whichever comes first.
   *
   * @param offset in bytes, from the start of the mapping
   * @return offset in the mapping of the first byte of a hole at or after {@code offset}, or −1 if
   *     that lies at or beyond the end
   * @throws IOException the file's extents can't be read
   * @throws IllegalStateException the file system is closed
   */
  public abstract long nextHole(long offset) throws IOException;

  /** Counts of what it has done so far, and of what it shows now; nothing once it is closed. */
  public abstract MappingStatistics statistics();

  /**
   * Ends the view: accesses throw {@link IllegalStateException} from now on, also those of other
   * threads. What was stored and not persisted stays dirty, and the file's fsync still finds it. A
   * second call does nothing. Where an error ends the call, the mapping is closed all the same;
   * what it could not give back is given back by a second call, or by whoever closes or maps next.
   *
   * <p>When it returns, no thread stores through the mapping any more, however tight its loop. If
   * any thread could, the call waits for a turn-over of the epoch: tens of microseconds, or more
   * where more threads run than there are processors. Closing a file system that has many mappings
   * waits once. Where nothing was ever shown for stores it does not wait; another thread's loop of
   * loads may then go on for some milliseconds, and sees the file as it was.
   */
  @Override
  public abstract void close();

  // ---------------------------------------------------------------- plain loads and stores

  /**
   * Loads a byte.
   *
   * @param offset in bytes, from the start of the mapping
   * @throws IOException the page can't be shown: see the class
   * @throws IndexOutOfBoundsException the mapping has no such byte
   * @throws IllegalStateException the mapping is closed
   */
  public abstract byte getByte(long offset) throws IOException;

  /**
   * Stores a byte. Durable after a {@link #persist}.
   *
   * @param offset in bytes, from the start of the mapping
   * @throws IOException the page can't be shown for stores: see the class
   * @throws IndexOutOfBoundsException the mapping has no such byte
   * @throws IllegalStateException the mapping is closed
   */
  public abstract void putByte(long offset, byte value) throws IOException;

  /**
   * Loads 2 bytes, which may lie in two pages and are then loaded one by one. Otherwise as {@link
   * #getByte}.
   */
  public abstract short getShort(long offset) throws IOException;

  /**
   * Stores 2 bytes, which may lie in two pages and are then stored one by one, if both pages can be
   * stored to. Otherwise as {@link #putByte}.
   */
  public abstract void putShort(long offset, short value) throws IOException;

  /**
   * Loads 4 bytes, which may lie in two pages and are then loaded one by one. Otherwise as {@link
   * #getByte}.
   */
  public abstract int getInt(long offset) throws IOException;

  /**
   * Stores 4 bytes, which may lie in two pages and are then stored one by one, if both pages can be
   * stored to. Otherwise as {@link #putByte}.
   */
  public abstract void putInt(long offset, int value) throws IOException;

  /**
   * Loads 8 bytes, which may lie in two pages and are then loaded one by one. Otherwise as {@link
   * #getByte}.
   */
  public abstract long getLong(long offset) throws IOException;

  /**
   * Stores 8 bytes, which may lie in two pages and are then stored one by one, if both pages can be
   * stored to. Otherwise as {@link #putByte}.
   */
  public abstract void putLong(long offset, long value) throws IOException;

  // ---------------------------------------------------------------- ordered accesses

  /** Loads a byte as {@link VarHandle#getOpaque} does. Errors as for {@link #getByte}. */
  public abstract byte getByteOpaque(long offset) throws IOException;

  /** Loads a byte as {@link VarHandle#getAcquire} does. Errors as for {@link #getByte}. */
  public abstract byte getByteAcquire(long offset) throws IOException;

  /** Loads a byte as {@link VarHandle#getVolatile} does. Errors as for {@link #getByte}. */
  public abstract byte getByteVolatile(long offset) throws IOException;

  /** Stores a byte once, as {@link VarHandle#setOpaque} does. Errors as for {@link #putByte}. */
  public abstract void putByteOpaque(long offset, byte value) throws IOException;

  /** Stores a byte once, as {@link VarHandle#setRelease} does. Errors as for {@link #putByte}. */
  public abstract void putByteRelease(long offset, byte value) throws IOException;

  /** Stores a byte once, as {@link VarHandle#setVolatile} does. Errors as for {@link #putByte}. */
  public abstract void putByteVolatile(long offset, byte value) throws IOException;

  /**
   * Loads 2 bytes as {@link VarHandle#getOpaque} does. Errors as for {@link #getShort}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 2
   */
  public abstract short getShortOpaque(long offset) throws IOException;

  /**
   * Loads 2 bytes as {@link VarHandle#getAcquire} does. Errors as for {@link #getShort}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 2
   */
  public abstract short getShortAcquire(long offset) throws IOException;

  /**
   * Loads 2 bytes as {@link VarHandle#getVolatile} does. Errors as for {@link #getShort}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 2
   */
  public abstract short getShortVolatile(long offset) throws IOException;

  /**
   * Stores 2 bytes once, as {@link VarHandle#setOpaque} does. Errors as for {@link #putShort}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 2
   */
  public abstract void putShortOpaque(long offset, short value) throws IOException;

  /**
   * Stores 2 bytes once, as {@link VarHandle#setRelease} does. Errors as for {@link #putShort}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 2
   */
  public abstract void putShortRelease(long offset, short value) throws IOException;

  /**
   * Stores 2 bytes once, as {@link VarHandle#setVolatile} does. Errors as for {@link #putShort}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 2
   */
  public abstract void putShortVolatile(long offset, short value) throws IOException;

  /**
   * Loads 4 bytes as {@link VarHandle#getOpaque} does. Errors as for {@link #getInt}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 4
   */
  public abstract int getIntOpaque(long offset) throws IOException;

  /**
   * Loads 4 bytes as {@link VarHandle#getAcquire} does. Errors as for {@link #getInt}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 4
   */
  public abstract int getIntAcquire(long offset) throws IOException;

  /**
   * Loads 4 bytes as {@link VarHandle#getVolatile} does. Errors as for {@link #getInt}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 4
   */
  public abstract int getIntVolatile(long offset) throws IOException;

  /**
   * Stores 4 bytes once, as {@link VarHandle#setOpaque} does. Errors as for {@link #putInt}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 4
   */
  public abstract void putIntOpaque(long offset, int value) throws IOException;

  /**
   * Stores 4 bytes once, as {@link VarHandle#setRelease} does. Errors as for {@link #putInt}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 4
   */
  public abstract void putIntRelease(long offset, int value) throws IOException;

  /**
   * Stores 4 bytes once, as {@link VarHandle#setVolatile} does. Errors as for {@link #putInt}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 4
   */
  public abstract void putIntVolatile(long offset, int value) throws IOException;

  /**
   * Loads 8 bytes as {@link VarHandle#getOpaque} does. Errors as for {@link #getLong}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 8
   */
  public abstract long getLongOpaque(long offset) throws IOException;

  /**
   * Loads 8 bytes as {@link VarHandle#getAcquire} does. Errors as for {@link #getLong}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 8
   */
  public abstract long getLongAcquire(long offset) throws IOException;

  /**
   * Loads 8 bytes as {@link VarHandle#getVolatile} does. Errors as for {@link #getLong}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 8
   */
  public abstract long getLongVolatile(long offset) throws IOException;

  /**
   * Stores 8 bytes once, as {@link VarHandle#setOpaque} does. Errors as for {@link #putLong}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 8
   */
  public abstract void putLongOpaque(long offset, long value) throws IOException;

  /**
   * Stores 8 bytes once, as {@link VarHandle#setRelease} does. Errors as for {@link #putLong}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 8
   */
  public abstract void putLongRelease(long offset, long value) throws IOException;

  /**
   * Stores 8 bytes once, as {@link VarHandle#setVolatile} does. Errors as for {@link #putLong}.
   *
   * @throws IllegalArgumentException {@code offset} is not a multiple of 8
   */
  public abstract void putLongVolatile(long offset, long value) throws IOException;

  /**
   * Sets 4 bytes to {@code value} if they are {@code expected}, as {@link VarHandle#compareAndSet}
   * does. Errors as for {@link #putInt}: also one that finds another value needs a page that can be
   * stored to.
   *
   * @return whether it did
   * @throws IllegalArgumentException {@code offset} is not a multiple of 4
   */
  public abstract boolean compareAndSetInt(long offset, int expected, int value) throws IOException;

  /**
   * Sets 8 bytes to {@code value} if they are {@code expected}, as {@link VarHandle#compareAndSet}
   * does. Errors as for {@link #putLong}: also one that finds another value needs a page that can
   * be stored to.
   *
   * @return whether it did
   * @throws IllegalArgumentException {@code offset} is not a multiple of 8
   */
  public abstract boolean compareAndSetLong(long offset, long expected, long value)
      throws IOException;

  // ---------------------------------------------------------------- bulk accesses

  /**
   * Copies bytes of the mapping to a segment, on or off the heap.
   *
   * @param offset first byte, from the start of the mapping
   * @param dstOffset where the first byte goes, from the start of {@code dst}
   * @param length in bytes
   * @throws IOException a page can't be shown: those before it have been copied
   * @throws IndexOutOfBoundsException either range is not in what it is a range of; nothing has
   *     been copied
   * @throws IllegalStateException the mapping is closed
   */
  public abstract void copyTo(long offset, MemorySegment dst, long dstOffset, long length)
      throws IOException;

  /**
   * Copies bytes of a segment, on or off the heap, into the mapping. No aligned word of 8 bytes is
   * ever seen, or left by power loss, half old and half new. Durable after a {@link #persist}.
   *
   * @param offset where the first byte goes, from the start of the mapping
   * @param srcOffset first byte, from the start of {@code src}
   * @param length in bytes
   * @throws IOException a page can't be shown for stores: those before it have been stored to
   * @throws IndexOutOfBoundsException either range is not in what it is a range of; nothing has
   *     been stored
   * @throws IllegalStateException the mapping is closed
   */
  public abstract void copyFrom(long offset, MemorySegment src, long srcOffset, long length)
      throws IOException;

  /**
   * Stores {@code value} in every byte of a range, by whole words as {@link #copyFrom}. Durable
   * after a {@link #persist}.
   *
   * @param offset first byte, from the start of the mapping
   * @param length in bytes
   * @throws IOException a page can't be shown for stores: those before it have been stored to
   * @throws IndexOutOfBoundsException the range is not in the mapping; nothing has been stored
   * @throws IllegalStateException the mapping is closed
   */
  public abstract void fill(long offset, long length, byte value) throws IOException;
}
