package io.jdax.mm.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Every address of the process, for memory that the engine itself has mapped and never unmaps while
 * somebody may look. A constant, so that an access through it has neither bounds nor lifetime to
 * check.
 */
final class AllMemory {
  static final MemorySegment SEGMENT = MemorySegment.NULL.reinterpret(Long.MAX_VALUE);

  private static final ValueLayout.OfInt WORD = ValueLayout.JAVA_INT_UNALIGNED;

  /** More bits than an address has, and so few that no sum of one and an offset overflows. */
  private static final long ADDRESS = (1L << 56) - 1;

  private AllMemory() {}

  /**
   * The {@code index}-th of the 4-byte words at an address, loaded plainly. An int, and not
   * negative: what fits in one becomes part of the load, instead of an addition before it.
   */
  static int word(long address, int index) {
    return SEGMENT.get(WORD, (address & ADDRESS) + ((long) index << 2));
  }

  static void setWord(long address, int index, int value) {
    SEGMENT.set(WORD, (address & ADDRESS) + ((long) index << 2), value);
  }

  /** Makes zeros of multiples of 8 bytes; unlike a slice that is filled it allocates nothing. */
  static void zero(long address, long bytes) {
    for (long i = 0; i < bytes; i += 8) {
      SEGMENT.set(ValueLayout.JAVA_LONG, address + i, 0);
    }
  }
}
