package io.jdax.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * Sectors of one size, numbered from 0. Every request names its first sector and moves a whole
 * number of them.
 *
 * <p><b>Durability.</b> What is durable when a write returns is the implementation's promise;
 * {@link #flush} makes every write that returned before it durable on any of them.
 *
 * <p><b>Failure.</b> A request that can be refused on sight is refused before a byte moves, and
 * changes nothing: by {@link SectorRangeException}, {@link MisalignedRequestException}, {@link
 * ReadOnlyDeviceException}, or {@link io.jdax.region.MediaErrorException} for a sector that is
 * known to be bad. Sectors move in ascending order. If the media fails on the way, the {@code
 * MediaErrorException} names the sector. Those before it are complete (and as durable as if the
 * request had ended there), it may be torn, and those after it are unchanged. A failed read leaves
 * the contents of the destination undefined. A failed request leaves buffer positions where they
 * were.
 *
 * <p><b>Threads.</b> Any number of them may call at once. Requests that overlap are not ordered
 * against each other, and a reader may see part of a concurrent write; how much of it is the
 * implementation's promise.
 *
 * <p>After {@link #close} every request throws {@link IllegalStateException}, and so may a request
 * that is under way while another thread closes the device. A request of no bytes is valid and
 * moves nothing.
 */
public interface BlockDevice extends AutoCloseable {
  /** What messages call this device. */
  String name();

  /** Bytes per sector, a power of two from 512 to 4096. */
  int sectorSize();

  /** How many sectors the device has; they are numbered 0 to {@code sectorCount() - 1}. */
  long sectorCount();

  /**
   * Whether every request that would change a sector is refused with {@link
   * ReadOnlyDeviceException}.
   */
  boolean readOnly();

  /** The requests and sectors since the device was opened. */
  BlockStatistics statistics();

  /**
   * Reads {@code dst.byteSize()} bytes, a whole number of sectors.
   *
   * @param sector the first one
   * @throws IllegalArgumentException if {@code dst} is read-only
   * @throws IOException the sectors are out of range, not whole or known to be bad, and nothing has
   *     been read; or the media failed. See the class
   */
  void read(long sector, MemorySegment dst) throws IOException;

  /**
   * As {@link #read(long, MemorySegment)}. Each segment takes any number of bytes, and the sum is a
   * whole number of sectors.
   */
  void read(long sector, MemorySegment... dsts) throws IOException;

  /**
   * Writes {@code src.byteSize()} bytes, a whole number of sectors. They are durable at the latest
   * after {@link #flush}.
   *
   * @param sector the first one
   * @param src must not lie in the memory of the device
   * @throws IOException the sectors are out of range, not whole, read-only or can't be healed, and
   *     nothing has been written; or the media failed. See the class
   */
  void write(long sector, MemorySegment src) throws IOException;

  /**
   * As {@link #write(long, MemorySegment)}. Each segment has any number of bytes, and the sum is a
   * whole number of sectors.
   */
  void write(long sector, MemorySegment... srcs) throws IOException;

  /**
   * Fills {@code dst} from its position to its limit, a whole number of sectors, and moves its
   * position to the limit.
   *
   * @param sector the first one
   * @throws IllegalArgumentException if {@code dst} is read-only
   * @throws IOException as for {@link #read(long, MemorySegment)}
   */
  default void read(long sector, ByteBuffer dst) throws IOException {
    read(sector, Buffers.writable(dst));
    Buffers.consume(dst);
  }

  /**
   * As {@link #read(long, ByteBuffer)}. Each buffer has any number of bytes remaining, and the sum
   * is a whole number of sectors.
   */
  default void read(long sector, ByteBuffer[] dsts) throws IOException {
    read(sector, Buffers.writable(dsts));
    Buffers.consume(dsts);
  }

  /**
   * Writes {@code src} from its position to its limit, a whole number of sectors, and moves its
   * position to the limit. The bytes are durable at the latest after {@link #flush}.
   *
   * @param sector the first one
   * @throws IOException as for {@link #write(long, MemorySegment)}
   */
  default void write(long sector, ByteBuffer src) throws IOException {
    write(sector, MemorySegment.ofBuffer(src));
    Buffers.consume(src);
  }

  /**
   * As {@link #write(long, ByteBuffer)}. Each buffer has any number of bytes remaining, and the sum
   * is a whole number of sectors.
   */
  default void write(long sector, ByteBuffer[] srcs) throws IOException {
    write(sector, Buffers.readable(srcs));
    Buffers.consume(srcs);
  }

  /**
   * On return every write that returned before this call is durable, as deep down as the platform
   * can be asked to push it.
   *
   * @throws IOException what was written since the last flush that succeeded may be lost
   */
  void flush() throws IOException;

  /**
   * Says that the contents of these sectors are not needed. It is a hint: until they are written
   * again they read as before or as zeros. {@link #writeZeroes} is the request that promises zeros.
   *
   * @param sector the first one
   * @param sectorCount how many
   * @throws IOException the sectors are out of range or read-only; nothing has changed
   */
  void discard(long sector, long sectorCount) throws IOException;

  /**
   * Writes zeros to these sectors, under the same promises as a write. Storage stays allocated.
   *
   * @param sector the first one
   * @param sectorCount how many
   * @throws IOException as for {@link #write(long, MemorySegment)}
   */
  void writeZeroes(long sector, long sectorCount) throws IOException;

  /**
   * Closes the device, and what it stands on. A second call does nothing.
   *
   * @throws IOException others reach its memory directly, whom the exception names, and it stays
   *     open; or what it stands on could not be closed
   */
  @Override
  void close() throws IOException;
}
