package io.jdax.fs.tree;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Items that can be looked up and changed: those of the tree, by a {@link Change}, or those that
 * somebody has read out of it.
 */
public interface ItemEdits extends Lookups {
  /** Maps the key to {@code length} bytes at {@code offset} of {@code value}. */
  void put(long hi, long lo, MemorySegment value, long offset, int length) throws IOException;

  /** Removes a key; returns whether it was there. */
  boolean delete(long hi, long lo) throws IOException;

  /** Removes every key from (fromHi, fromLo), inclusive, to (toHi, toLo), exclusive. */
  void deleteRange(long fromHi, long fromLo, long toHi, long toLo) throws IOException;
}
