package io.jdax.mm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Frames of a file that stay where they are: plain memory, at the speed of plain memory, for loops,
 * and for system calls and devices that need addresses. While a pin is open, no truncate and no
 * punch takes its frames; and if it is for writing, its pages count as dirty, so that every persist
 * and fsync of the file writes them back.
 *
 * <p>The segments end with the pin: after {@link #close} an access through them throws {@link
 * IllegalStateException}. Any thread may use a pin and its segments, and closing therefore costs a
 * handshake with all threads, tens of microseconds; unless the pin was made for one thread alone,
 * which costs next to nothing to close ({@code DaxFile.pinHere}).
 */
public interface Pin extends AutoCloseable {
  /**
   * The bytes of the range in order, one segment for each run of frames that lie side by side;
   * read-only if the pin is for {@link PinAccess#READ}. The first begins at the offset that was
   * pinned, and their sizes add up to its length.
   */
  List<MemorySegment> segments();

  /** Number of the first page of 4 KiB that it holds, counted from the start of the file. */
  long firstPage();

  /** Number of pages of 4 KiB that it holds, those it holds a part of included. */
  long pageCount();

  /** What the holder does with it: whether its segments may be stored to. */
  PinAccess access();

  /** Whether the caller said that it will be held for long, as a device's buffer would be. */
  boolean longTerm();

  /** Whether its segments can be used, which {@link #close} ends. */
  boolean isOpen();

  /**
   * Lets go of the frames. Makes nothing durable: what was stored stays dirty until it is
   * persisted. A second call does nothing. Where an error ends the call after the segments have
   * gone, the frames are let go of by a second call, or by whoever closes or maps next.
   *
   * @throws WrongThreadException the pin is another thread's, which has not ended; nothing has
   *     changed
   * @throws io.jdax.region.RegionException a native call held the memory for longer than ten
   *     seconds; the pin stays open
   * @throws IOException a page could not be marked as dirty; the next close, mapping or pin of the
   *     file system tries again
   */
  @Override
  void close() throws IOException;
}
