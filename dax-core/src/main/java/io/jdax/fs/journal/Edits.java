package io.jdax.fs.journal;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** What a change does to an ordered map whose keys are two longs: the steps that are told of it. */
public interface Edits {
  /** Bytes of the longest value. */
  int MAX_VALUE_BYTES = 1024;

  /** Maps the key to {@code length} bytes at {@code offset} of {@code value}. */
  void put(long hi, long lo, MemorySegment value, long offset, int length) throws IOException;

  /** Removes a key; returns whether it was there. */
  boolean delete(long hi, long lo) throws IOException;

  /** Removes every key from (fromHi, fromLo), inclusive, to (toHi, toLo), exclusive. */
  void deleteRange(long fromHi, long fromLo, long toHi, long toLo) throws IOException;
}
