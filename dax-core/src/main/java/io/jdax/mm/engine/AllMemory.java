package io.jdax.mm.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Every address of the process, for memory that the engine itself has mapped, and does not unmap
 * while anybody may look. A constant, so that an access through it has neither bounds nor lifetime
 * to check.
 */
final class AllMemory {
  static final MemorySegment SEGMENT = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

  /** More bits than an address has, and so few that no sum of one and an offset overflows. */
  private static final long ADDRESS = (1L << 56) - 1;

  private AllMemory() {}

  /**
   * Loads a word of 4 bytes plainly.
   *
   * @param index of the word, counted from the address; an int that is not negative, so that it
   *     becomes part of the load instead of an addition before it
   */
  static int word(long address, int index) {
    return SEGMENT.get(WORD, (address & ADDRESS) + ((long) index << 2));
  }

  /** Stores a word of 4 bytes plainly. */
  static void setWord(long address, int index, int value) {
    SEGMENT.set(WORD, (address & ADDRESS) + ((long) index << 2), value);
  }

  /** Makes zeros of a multiple of 8 bytes. Allocates nothing, unlike filling a slice. */
  static void zero(long address, long bytes) {
    for (long i = 0; i < bytes; i += 8) {
      SEGMENT.set(ValueLayout.JAVA_LONG, address + i, 0);
    }
  }
}
