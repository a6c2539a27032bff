package io.jdax.cache;

import io.jdax.tests.stress.Races;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;

/**
 * Pages of a file in DRAM as their index sees them: a word of data, and what of it was copied. Each
 * state of a race takes one of its own, round and round, in cache lines of its own.
 */
final class MarkedPages {
  private static final int BYTES = 128;
  private static final int STATES = 4 * Races.LIVE;
  private static final int COPY = 64;
  private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

  private final PageIndex index = new PageIndex(false);
  private final MemorySegment memory = Arena.global().allocate((long) STATES * BYTES, BYTES);
  private long next;

  MarkedPages() {
    for (int page = 0; page < STATES; page++) {
      index.putIfAbsent(page, page);
    }
  }

  /** One that is dirty. */
  synchronized long take() {
    long page = next++ % STATES;
    memory.asSlice(page * BYTES, BYTES).fill((byte) 0);
    index.markDirty(page);
    return page;
  }

  /** As a write does. */
  void rewrite(long page) {
    memory.set(ValueLayout.JAVA_INT, page * BYTES, 1);
    index.markDirty(page);
  }

  /** As a writeback does. */
  void writeback(long page) {
    try {
      index.claim(page, page + 1, new long[1], 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    INT.setVolatile(memory, page * BYTES + COPY, memory.get(ValueLayout.JAVA_INT, page * BYTES));
  }

  int dirty(long page) {
    return index.isDirty(page) ? 1 : 0;
  }

  int copied(long page) {
    return (int) INT.getVolatile(memory, page * BYTES + COPY);
  }
}
