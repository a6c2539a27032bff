package io.jdax.mm.engine;

import io.jdax.tests.stress.Races;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Pages as the dirty byte sees them: a word of data, what of it was flushed, and dirty bytes. Each
 * state of a race takes one of its own, round and round. Data and dirty bytes lie in cache lines of
 * their own, off the heap, as in a mapping.
 */
final class DirtyWords {
  private static final int BYTES = 256;
  private static final int STATES = 4 * Races.LIVE;
  private static final int FLUSHED = 64;
  private static final int MARK = 128;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final MemorySegment memory = Arena.global().allocate((long) STATES * BYTES, BYTES);
  private long next;

  /** One that was not stored to; its neighbour is clean. */
  synchronized long take(byte mark) {
    long at = next++ % STATES * BYTES;
    memory.asSlice(at, BYTES).fill((byte) 0);
    memory.set(ValueLayout.JAVA_BYTE, at + MARK, mark);
    return at;
  }

  /** As a mapping does: plain, then the mark. */
  void store(long at) {
    memory.set(ValueLayout.JAVA_INT, at, 1);
    DirtyBytes.mark(memory, at + MARK);
  }

  void markNeighbour(long at) {
    DirtyBytes.mark(memory, at + MARK + 1);
  }

  /** As {@link Writeback} does; a flush takes what is in memory. */
  void writeback(long at, byte ticket) {
    if (DirtyBytes.claim(memory, at + MARK, ticket)) {
      INT.setVolatile(memory, at + FLUSHED, memory.get(ValueLayout.JAVA_INT, at));
      DirtyBytes.settle(memory, at + MARK, ticket, DirtyBytes.CLEAN);
    }
  }

  int dirty(long at) {
    return DirtyBytes.get(memory, at + MARK);
  }

  int neighbourDirty(long at) {
    return DirtyBytes.get(memory, at + MARK + 1);
  }

  int flushed(long at) {
    return (int) INT.getVolatile(memory, at + FLUSHED);
  }
}
