package io.jdax.mm.engine;

import io.jdax.region.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time in which no frame that a mapping showed is given to anybody else, and the view
 * of the frame space that lives as long. Closing it is the TLB shootdown: afterwards no thread
 * reaches a frame by a translation that was read before.
 *
 * <p>Most accesses do not announce themselves: the JVM's handshake finds them, and they are
 * repeated in the next epoch. That is sound for loads and for plain stores. It is not where
 * repeating could be observed: the handshake may hit the interpreter between an access and its
 * return, so that a compare-and-set, or a store that hands a lock over, would be done twice. Those,
 * and long copies, take a ticket, and {@link #close} waits for them first.
 *
 * <p>A ticket is taken inside the {@code try} whose {@code finally} gives it back:
 *
 * <pre>
 *   int ticket = Epoch.NONE;
 *   try {
 *     ticket = epoch.enter();
 *     if (ticket != Epoch.NONE) { … }
 *   } finally {
 *     epoch.exit(ticket);
 *   }
 * </pre>
 *
 * An error that HotSpot owes to an earlier access, or a StackOverflowError, may come at any call: a
 * ticket that stays behind would hold up every later turn-over for ever.
 */
final class Epoch {
  /** No ticket: the epoch is about to close, or nobody has asked yet. */
  static final int NONE = -1;

  // Tickets are counted by thread, so that threads do not meet in a cache line, and then by what is
  // stored to, so that a writeback can ask for it.
  private static final int STRIPES = 16;
  private static final int PLACES = 64;

  /** Place of those who only load. */
  private static final int LOADING = 0;

  /** Two cache lines between the stripes and what lies before them. */
  private static final int HEAD = 32;

  /**
   * The view begins as many bytes before the first frame, where nothing is: as many as the table of
   * a near mapping spans, so that a page's word is positive however far the page lies from its
   * frame.
   */
  static final long HEAD_BYTES = Region.HEAD_BYTES;

  /** Some hundred accesses of an interpreter. */
  private static final long LET_GO_NANOS = 50_000;

  final long number;

  /** Byte 0 of frame 0 lies at {@link #HEAD_BYTES}. */
  final MemorySegment memory;

  private final Arena arena;
  private final AtomicIntegerArray inside = new AtomicIntegerArray(HEAD + STRIPES * PLACES);
  private final ClosingInterrupts interrupts = new ClosingInterrupts();
  private final Runnable closing = this::closeArena;
  private volatile boolean sealed;

  /** The one before, until it is closed; null from then on. */
  private volatile @Nullable Epoch previous;

  /** {@code address} and size of the frame space. */
  Epoch(@Nullable Epoch previous, long address, long sizeBytes) {
    this.previous = previous;
    this.number = previous == null ? 0 : previous.number + 1;
    this.arena = Arena.ofShared();
    this.memory =
        MemorySegment.ofAddress(address - HEAD_BYTES)
            .reinterpret(HEAD_BYTES + sizeBytes, arena, null);
  }

  /**
   * Holds the epoch open for loads. To be short: the reclaimer waits.
   *
   * @return what {@link #exit} wants, or {@link #NONE}: it is about to close
   */
  int enter() {
    return enterAt(LOADING);
  }

  /**
   * As {@link #enter}, for stores to pages of one 2 MiB, which {@link #mayStore} tells of until the
   * exit.
   *
   * @param dirty where one of the pages' dirty bytes lies in {@link #memory}
   */
  int enterStoring(long dirty) {
    return enterAt(place(dirty - HEAD_BYTES));
  }

  private int enterAt(int place) {
    int ticket = HEAD + ((int) Thread.currentThread().threadId() & STRIPES - 1) * PLACES + place;
    count(ticket, 1);
    // The increment is a full fence: either we see the seal, or close() sees us.
    if (sealed) {
      count(ticket, -1);
      return NONE;
    }
    return ticket;
  }

  /** Gives a ticket back, if it is one. */
  void exit(int ticket) {
    if (ticket != NONE) {
      count(ticket, -1);
    }
  }

  /** The way in and the way out, so that where there was stack for one there is for the other. */
  private void count(int ticket, int change) {
    inside.getAndAdd(ticket, change);
  }

  /** Dirty bytes of 2 MiB are 512 bytes side by side. */
  private static int place(long dirty) {
    return 1 + (int) ((dirty >>> 9) % (PLACES - 1));
  }

  /**
   * Whether a thread that entered before the call may have a store to these 2 MiB still before it:
   * in this epoch, or in those that are being closed. Seldom true although it could be false.
   *
   * @param dirty where the dirty bytes lie in the frame space
   */
  boolean mayStore(long dirty) {
    int place = place(dirty);
    for (Epoch e = this; e != null; e = e.previous) {
      for (int stripe = 0; stripe < STRIPES; stripe++) {
        if (e.inside.get(HEAD + stripe * PLACES + place) != 0) {
          return true;
        }
      }
    }
    return false;
  }

  boolean isSealed() {
    return sealed;
  }

  /** After an access failed since this epoch was closed: see {@link ClosingInterrupts}. */
  void forgetInterrupt() {
    if (sealed) {
      interrupts.forget();
    }
  }

  /** Whether the one before is still to be closed. */
  boolean hasPrevious() {
    return previous != null;
  }

  /**
   * Lets threads leave an epoch that is about to be closed, of which no mapping tells them any
   * more. The handshake of some other arena takes what compiled loops keep in registers away from
   * them, as that of the epoch's own would, but without interrupting anybody. Threads that run then
   * have a moment to end the access that they are in the middle of, so that hardly one is left for
   * {@link ClosingInterrupts}.
   */
  static void letThreadsLeave() {
    Arena.ofShared().close();
    LockSupport.parkNanos(LET_GO_NANOS);
  }

  /** Closes those before it: each waits for who entered, then lets no access through any more. */
  void closePrevious() {
    Epoch before = previous;
    if (before != null) {
      before.close();
      previous = null;
    }
  }

  /** Those before it, and then this one. Where it throws, the next call goes on. */
  void close() {
    closePrevious();
    seal();
    if (memory.scope().isAlive()) {
      interrupts.around(closing);
    }
  }

  /**
   * As {@link #close}, at the end of the frame space: also without memory for the look at the
   * interrupts, since the region would stay in use for ever.
   */
  void closeLast() {
    Epoch before = previous;
    if (before != null) {
      before.closeLast();
      previous = null;
    }
    seal();
    try {
      if (memory.scope().isAlive()) {
        interrupts.around(closing);
      }
    } catch (OutOfMemoryError e) {
      interrupts.giveUpLook();
      closeArena();
    }
  }

  /** Returns when everybody who entered has left, and nobody enters any more. */
  private void seal() {
    sealed = true;
    for (int i = HEAD; i < HEAD + STRIPES * PLACES; i++) {
      while (inside.get(i) != 0) {
        assert inside.get(i) > 0 : "a ticket was given back twice";
        LockSupport.parkNanos(5_000);
      }
    }
  }

  private void closeArena() {
    while (memory.scope().isAlive()) {
      try {
        arena.close();
      } catch (IllegalStateException e) {
        LockSupport.parkNanos(20_000); // a downcall holds the memory for a moment
      }
    }
  }
}
