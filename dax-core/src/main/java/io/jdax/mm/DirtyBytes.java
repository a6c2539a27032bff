package io.jdax.mm;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * The dirty byte of a page, per mapping.
 *
 * <pre>
 *   0            clean: what was stored is durable
 *   1            stored to since
 *   2 … 65       stored to, and being flushed by the writeback with this ticket
 * </pre>
 *
 * <p>A storing thread writes 1 after the data, with release, over whatever is there. A writeback
 * first puts its ticket where it finds a byte that isn't 0, then flushes, drains, and last makes 0
 * of what is still its ticket. So a store that races with it is either flushed or leaves its 1. A
 * second writeback that meets a ticket flushes too instead of waiting, and puts its own ticket
 * there: nobody sees 0 before the bytes are durable, and nobody waits for anybody.
 */
final class DirtyBytes {
  static final byte CLEAN = 0;
  static final byte DIRTY = 1;

  private static final VarHandle BYTE = MethodHandles.arrayElementVarHandle(byte[].class);

  /** Bit n: ticket 2 + n is in use. */
  private final AtomicLong tickets = new AtomicLong();

  /**
   * The byte at {@code offset} of the mapping was stored to. Called after the data store, never
   * before.
   */
  static void mark(byte[] chunk, long offset) {
    BYTE.setRelease(chunk, (int) (offset >>> 12) & PageTable.PAGES - 1, DIRTY);
  }

  /**
   * Claims a page for a writeback; false: it is clean. A full fence, so that the flush sees the
   * store behind the mark.
   */
  static boolean claim(byte[] chunk, int page, byte ticket) {
    while (true) {
      byte seen = (byte) BYTE.getVolatile(chunk, page);
      if (seen == CLEAN) {
        return false;
      }
      if (BYTE.compareAndSet(chunk, page, seen, ticket)) {
        return true;
      }
    }
  }

  /**
   * Ends a claim: to CLEAN when the page is durable, to DIRTY when that failed. Stores since keep
   * it dirty.
   */
  static void settle(byte[] chunk, int page, byte ticket, byte to) {
    BYTE.compareAndSet(chunk, page, ticket, to);
  }

  static boolean isDirty(byte[] chunk, int page) {
    return (byte) BYTE.getVolatile(chunk, page) != CLEAN;
  }

  /** One of 64 tickets; waits when as many writebacks of one file are under way. */
  byte takeTicket() {
    while (true) {
      long used = tickets.get();
      long free = Long.lowestOneBit(~used);
      if (free == 0) {
        LockSupport.parkNanos(1_000);
      } else if (tickets.compareAndSet(used, used | free)) {
        return (byte) (2 + Long.numberOfTrailingZeros(free));
      }
    }
  }

  void returnTicket(byte ticket) {
    long bit = 1L << (ticket - 2);
    tickets.getAndAccumulate(bit, (used, b) -> used & ~b);
  }
}
