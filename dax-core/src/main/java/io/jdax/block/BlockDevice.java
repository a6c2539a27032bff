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
 * changes nothing: {@link SectorRangeException}, {@link MisalignedRequestException}, {@link
 * ReadOnlyDeviceException}, and {@link io.jdax.region.MediaErrorException} for a sector that is
 * known to be bad. Sectors move in ascending order. If the media fails under way, the {@code
 * MediaErrorException} names the sector: those before it are complete (and as durable as if the
 * request had ended there), it may be torn, those after it are unchanged. A failed read leaves the
 * destination undefined, a failed request leaves buffer positions where they were.
 *
 * <p><b>Threads.</b> Any number at once. Requests that overlap are not ordered against each other,
 * and a reader may see part of a concurrent write; how much, is the implementation's promise.
 *
 * <p>After {@link #close} every request throws {@link IllegalStateException}; so may a request that
 * is under way while another thread closes the device. A request of no bytes is valid and moves
 * nothing.
 */
public interface BlockDevice extends AutoCloseable {
  /** What error messages call this device. */
  String name();

  /** Bytes per sector: a power of two, 512 … 4096. */
  int sectorSize();

  /** Sectors of the device; valid numbers are 0 … {@code sectorCount() - 1}. */
  long sectorCount();

  /**
   * Whether every request that would change a sector is refused with {@link
   * ReadOnlyDeviceException}.
   */
  boolean readOnly();

  /** Requests and sectors so far. */
  BlockStatistics statistics();

  /**
   * Reads {@code dst.byteSize()} bytes, a whole number of sectors, from {@code sector} on.
   *
   * @throws IllegalArgumentException if {@code dst} is read-only
   */
  void read(long sector, MemorySegment dst) throws IOException;

  /**
   * As {@link #read(long, MemorySegment)}; each element takes any number of bytes, the sum is a
   * whole number of sectors.
   */
  void read(long sector, MemorySegment... dsts) throws IOException;

  /**
   * Writes {@code src.byteSize()} bytes, a whole number of sectors, from {@code sector} on; {@code
   * src} lies outside the device.
   */
  void write(long sector, MemorySegment src) throws IOException;

  /**
   * As {@link #write(long, MemorySegment)}; each element has any number of bytes, the sum is a
   * whole number of sectors.
   */
  void write(long sector, MemorySegment... srcs) throws IOException;

  /**
   * Fills {@code dst} from its position to its limit, a whole number of sectors, and advances its
   * position.
   *
   * @throws IllegalArgumentException if {@code dst} is read-only
   */
  default void read(long sector, ByteBuffer dst) throws IOException {
    read(sector, Buffers.writable(dst));
    Buffers.consume(dst);
  }

  /**
   * As {@link #read(long, ByteBuffer)}; each buffer has any number of bytes remaining, the sum is a
   * whole number of sectors.
   */
  default void read(long sector, ByteBuffer[] dsts) throws IOException {
    read(sector, Buffers.writable(dsts));
    Buffers.consume(dsts);
  }

  /**
   * Writes {@code src} from its position to its limit, a whole number of sectors, and advances its
   * position.
   */
  default void write(long sector, ByteBuffer src) throws IOException {
    write(sector, MemorySegment.ofBuffer(src));
    Buffers.consume(src);
  }

  /**
   * As {@link #write(long, ByteBuffer)}; each buffer has any number of bytes remaining, the sum is
   * a whole number of sectors.
   */
  default void write(long sector, ByteBuffer[] srcs) throws IOException {
    write(sector, Buffers.readable(srcs));
    Buffers.consume(srcs);
  }

  /**
   * Makes durable every write that returned before this call, as deep as the platform can be asked
   * to.
   */
  void flush() throws IOException;

  /**
   * Says that the contents of these sectors are not needed. A hint: until they are written again
   * they read as before or as zeros. {@link #writeZeroes} is the request that promises zeros.
   */
  void discard(long sector, long sectorCount) throws IOException;

  /** Writes zeros to these sectors, under the same promises as a write. Storage stays allocated. */
  void writeZeroes(long sector, long sectorCount) throws IOException;

  /**
   * Idempotent. Closes what the device stands on. A device whose memory others reach directly
   * refuses, with an exception that says who they are, and stays as it was.
   */
  @Override
  void close() throws IOException;
}
