package io.jdax.mm.engine;

import io.jdax.machine.Architecture;
import io.jdax.os.Waits;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The dirty bytes of mappings, one for each page of each mapping, and the tickets of writebacks.
 *
 * <pre>
 *   0            CLEAN   what was stored is durable
 *   1            DIRTY   stored to since
 *   2 … 65       stored to, and being flushed by the writeback that has this ticket
 * </pre>
 *
 * <p>A storing thread writes 1 after the data, over whatever is there. A writeback first puts its
 * ticket where it finds a byte that isn't 0, then flushes and drains, and finally makes 0 of each
 * byte that is still its ticket. So a store that races with it is either flushed or leaves its 1. A
 * second writeback that meets a ticket does not wait, but flushes as well, and puts its own ticket
 * there. So nobody sees 0 before the bytes are durable, and nobody waits for anybody.
 *
 * <p><b>Stores that others have seen.</b> Between a plain store and its mark, another thread may
 * load the value, persist the page, and find 0. That is allowed, since a plain store promises
 * nothing before something orders it. An ordered store, a compare-and-set and a bulk copy do
 * promise: a thread that has seen the value makes it durable by a persist. So they {@link
 * Epoch#enterStoring}, write 1, then the data, then 1 again, and exit.
 *
 * <p>Two marks alone are not enough. A writeback W may claim the first, flush before the data is
 * there, and make 0 of it before the second; a thread that then loads the data and persists finds
 * 0. So after the flush, and before it settles, W asks the epoch whether a store to these 2 MiB may
 * be on its way. If so, it makes 1 of its ticket instead of 0. Let S be the store, P a thread that
 * has seen its data and then finds 0, and W the writeback that made this 0, the last after S's
 * first mark:
 *
 * <ul>
 *   <li>W asked before S entered. Then S's first mark came after the question. Either it overwrote
 *       W's ticket, which W would then not have settled, or it came after the 0, and P would not
 *       find 0.
 *   <li>W asked while S was inside. Then W made 1 of it.
 *   <li>W asked after S had left. Then both marks were there, and yet the byte still was W's
 *       ticket. So W had claimed after the second mark, and flushed after that; the data is
 *       durable.
 * </ul>
 *
 * In each case P's 0 is true. The price is one more store for the storing thread; and a writeback
 * that meets a store under way leaves a page dirty that it has flushed, so that the next one
 * flushes it again.
 *
 * <p><b>The mark comes after the data.</b> Where the processor keeps stores in order (x86) a plain
 * store is enough, since the compiler keeps two stores to memory off the heap in order. A release
 * would do as well, but no compiler takes anything out of a loop past a release, and a store
 * through a mapping would cost four times as much. Elsewhere the mark is a release.
 */
final class DirtyBytes {
  static final byte CLEAN = 0;
  static final byte DIRTY = 1;

  private static final ValueLayout.OfByte LAYOUT = ValueLayout.JAVA_BYTE;
  private static final VarHandle BYTE = LAYOUT.varHandle();

  /** A single byte can't be compared and set, the word of four around it can. */
  private static final VarHandle WORD = ValueLayout.JAVA_INT.varHandle();

  private static final boolean LITTLE_ENDIAN =
      java.nio.ByteOrder.nativeOrder() == java.nio.ByteOrder.LITTLE_ENDIAN;

  private static final boolean STORES_IN_ORDER = Architecture.CURRENT.isTotalStoreOrder();

  /** As many as fit into the nearest cache beside what they are compared with. */
  private static final MemorySegment ALL_CLEAN = MemorySegment.ofArray(new byte[8 << 10]);

  /** Bit n: ticket 2 + n is in use. */
  private final AtomicLong tickets = new AtomicLong();

  /**
   * Marks a page that was stored to. Called after the data store, never before.
   *
   * @param memory through which the data was stored
   * @param at of the page's dirty byte in it
   */
  static void mark(MemorySegment memory, long at) {
    if (STORES_IN_ORDER) {
      memory.set(LAYOUT, at, DIRTY);
    } else {
      BYTE.setRelease(memory, at, DIRTY);
    }
  }

  /**
   * Marks a page that is about to be stored to by a thread that has {@link Epoch#enterStoring
   * entered}, so that nobody sees the data before the mark. The fence also keeps the compiler from
   * leaving this store out, as {@link #mark} stores the same soon after.
   */
  static void announce(MemorySegment memory, long at) {
    memory.set(LAYOUT, at, DIRTY);
    VarHandle.storeStoreFence();
  }

  /**
   * Claims a page for a writeback. A full fence, so that the flush sees the store that the mark is
   * for.
   *
   * @return false if the page is clean
   */
  static boolean claim(MemorySegment memory, long at, byte ticket) {
    while (true) {
      byte seen = get(memory, at);
      if (seen == CLEAN) {
        return false;
      }
      if (compareAndSet(memory, at, seen, ticket)) {
        return true;
      }
    }
  }

  /**
   * Ends a claim, unless the page was stored to since, which keeps it dirty.
   *
   * @param to CLEAN if the page is durable, else DIRTY
   */
  static void settle(MemorySegment memory, long at, byte ticket, byte to) {
    while (get(memory, at) == ticket && !compareAndSet(memory, at, ticket, to)) {
      Thread.onSpinWait(); // a neighbour in the word was stored to
    }
  }

  /** The dirty byte at an offset. */
  static byte get(MemorySegment memory, long at) {
    return (byte) BYTE.getVolatile(memory, at);
  }

  /**
   * Where the next dirty byte lies that is not CLEAN, or {@code end} if all are. Looks at many at
   * once, so that those of mappings that were stored to all over long ago cost little.
   */
  static long nextMarked(MemorySegment memory, long from, long end) {
    for (long at = from; at < end; at += ALL_CLEAN.byteSize()) {
      long stop = Math.min(end, at + ALL_CLEAN.byteSize());
      long clean = MemorySegment.mismatch(memory, at, stop, ALL_CLEAN, 0, stop - at);
      if (clean >= 0) {
        return at + clean;
      }
    }
    return end;
  }

  /** Returns false also if a neighbour has changed. */
  private static boolean compareAndSet(MemorySegment memory, long at, byte expected, byte value) {
    long word = at & -4;
    int shift = 8 * (int) (LITTLE_ENDIAN ? at & 3 : 3 - (at & 3));
    int seen = (int) WORD.getVolatile(memory, word);
    if ((byte) (seen >>> shift) != expected) {
      return false;
    }
    int next = seen & ~(0xff << shift) | (value & 0xff) << shift;
    return WORD.compareAndSet(memory, word, seen, next);
  }

  /** Takes one of 64 tickets. Waits while as many writebacks of the file are under way. */
  byte takeTicket() {
    while (true) {
      long used = tickets.get();
      long free = Long.lowestOneBit(~used);
      if (free == 0) {
        Waits.rest(1_000);
      } else if (tickets.compareAndSet(used, used | free)) {
        return (byte) (2 + Long.numberOfTrailingZeros(free));
      }
    }
  }

  /** Ends {@link #takeTicket}, when the ticket stands in no byte any more. */
  void returnTicket(byte ticket) {
    assert (tickets.get() & 1L << (ticket - 2)) != 0 : "it is nobody's";
    tickets.getAndAdd(-(1L << (ticket - 2))); // the bit is set, and no one else's
  }
}
