package io.jdax.fs.volume;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** The data blocks of a device, for those who do not load and store them where they lie. */
public interface Blocks {
  /** Reads bytes of the device. */
  void read(long from, MemorySegment dst, long at, long length) throws IOException;

  /** Writes bytes of the device, whole blocks; durable after {@link #drain} by the same thread. */
  void write(long to, MemorySegment src, long from, long length) throws IOException;

  /** Zeroes bytes of a block; durable on return. */
  void zero(long from, long to) throws IOException;

  void drain() throws IOException;
}
