package io.jdax.mm.engine;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.TreeMap;

/**
 * Fills memory that was given back while assertions are on, so that a thread that goes on changing
 * it is found out when it is taken again. Read as a word of a table the poison allows no store; as
 * a dirty byte it is not a ticket.
 */
final class Poison {
  static final boolean ON = Poison.class.desiredAssertionStatus();

  static final byte BYTE = 0x5a;

  /** Poisoned ranges: from their address to their bytes. */
  private final TreeMap<Long, Long> ranges = new TreeMap<>();

  /**
   * As {@link #put}, in memory that was made zeros. Looks whether it was, which could not be seen
   * afterwards.
   */
  void putInZeros(long at, long bytes) {
    for (long i = 0; ON && i < bytes; i++) {
      if (AllMemory.SEGMENT.get(ValueLayout.JAVA_BYTE, at + i) != 0) {
        throw new AssertionError("memory at %#x was not cleaned, byte %d".formatted(at, i));
      }
    }
    put(at, bytes);
  }

  /** Poisons memory that nobody may change from now on. */
  void put(long at, long bytes) {
    if (ON) {
      AllMemory.SEGMENT.asSlice(at, bytes).fill(BYTE);
      ranges.put(at, bytes);
    }
  }

  /**
   * Makes zeros of all poison in a range, after looking at it.
   *
   * @throws AssertionError somebody has changed the memory
   */
  void takeOff(long at, long bytes) {
    if (ON && !ranges.isEmpty()) {
      splitAt(at);
      splitAt(at + bytes);
      Map<Long, Long> in = ranges.subMap(at, at + bytes);
      try {
        in.forEach(Poison::check);
      } finally {
        in.forEach((from, length) -> AllMemory.SEGMENT.asSlice(from, length).fill((byte) 0));
        in.clear();
      }
    }
  }

  private void splitAt(long at) {
    Map.Entry<Long, Long> across = ranges.lowerEntry(at);
    long end = across == null ? at : across.getKey() + across.getValue();
    if (across != null && end > at) {
      ranges.put(across.getKey(), at - across.getKey());
      ranges.put(at, end - at);
    }
  }

  private static void check(long at, long bytes) {
    MemorySegment memory = AllMemory.SEGMENT.asSlice(at, bytes);
    for (long i = 0; i < bytes; i++) {
      if (memory.get(ValueLayout.JAVA_BYTE, i) != BYTE) {
        throw new AssertionError(
            "memory at %#x was changed after it was given back, in byte %d".formatted(at, i));
      }
    }
  }

  /** Forgets all ranges, when nobody takes the memory again. */
  void forget() {
    ranges.clear();
  }
}
