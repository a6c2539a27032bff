package io.jdax.mm;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Frames of a file that stay where they are: plain memory, at the speed of plain memory, for loops
 * and for system calls and devices that want addresses. While it is open no truncate and no punch
 * takes them, and its pages, if it is for writing, count as dirty.
 *
 * <p>The segments end with the pin: after {@link #close} an access through them throws
 * IllegalStateException. Closing therefore costs a handshake with all threads, tens of
 * microseconds.
 */
public interface Pin extends AutoCloseable {
  /**
   * The bytes of the range in order, one segment per run of frames; read-only for READ. Any thread
   * may use them.
   */
  List<MemorySegment> segments();

  /** First page of the file that it holds. */
  long firstPage();

  /** Number of 4 KiB pages. */
  long pageCount();

  /** Whether its segments may be stored to. */
  PinAccess access();

  /** Whether the caller said that it will be held for long, as a device's buffer would be. */
  boolean longTerm();

  /** Whether its segments can be used, which {@link #close} ends. */
  boolean isOpen();

  /**
   * Lets go. What was stored stays dirty until it is persisted. A second call does nothing. Where
   * an error ends the call after the segments have gone, the frames are let go of by a second call,
   * or by whoever closes or maps next.
   *
   * @throws io.jdax.region.RegionException a native call held the memory for longer than ten
   *     seconds; the pin stays open
   */
  @Override
  void close() throws IOException;
}
