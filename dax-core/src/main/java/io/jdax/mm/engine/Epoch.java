package io.jdax.mm.engine;

import io.jdax.os.Waits;
import io.jdax.region.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of time in which no frame that a mapping has shown is given to anybody else, and the
 * view of the frame space that lives as long. Closing it is the TLB shootdown: afterwards no thread
 * reaches a frame by a translation that it read before.
 *
 * <p>Most accesses do not announce themselves. The JVM's handshake finds them, and they are
 * repeated in the next epoch. That is sound for loads and for plain stores, but not where a
 * repetition could be observed: the handshake may hit the interpreter between an access and its
 * return, so that a compare-and-set, or a store that hands a lock over, would be done twice. These,
 * and long copies, take a ticket, for which {@link #close} waits first.
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
 * since an error that HotSpot owes to an earlier access, or a StackOverflowError, may come at any
 * call, and a ticket that is not given back would hold up every later turn-over for ever.
 */
final class Epoch {
  /** Not a ticket. The epoch is about to close, or none has been asked for yet. */
  static final int NONE = -1;

  // Tickets are counted by thread, so that threads do not share a cache line, and then by the place
  // that is stored to, so that a writeback can ask about it.
  private static final int STRIPES = 16;
  private static final int PLACES = 64;

  /** The place of accesses that only load. */
  private static final int LOADING = 0;

  /** Counters left unused, to keep the stripes two cache lines apart from what lies before them. */
  private static final int HEAD = 32;

  /**
   * The view starts so many bytes before the first frame, in reserved addresses that nobody uses. A
   * near mapping is not longer than that, so a page's word is positive however far the page lies
   * from its frame.
   */
  static final long HEAD_BYTES = Region.HEAD_BYTES;

  /** How long threads are given to end an access: some hundred of the interpreter's. */
  private static final long LET_GO_NANOS = 50_000;

  final long number;

  /** Byte 0 of frame 0 lies at {@link #HEAD_BYTES}. */
  final MemorySegment memory;

  private final Arena arena;
  private final AtomicIntegerArray inside = new AtomicIntegerArray(HEAD + STRIPES * PLACES);
  private final ClosingInterrupts interrupts = new ClosingInterrupts();
  private final Runnable closing = this::closeArena;
  private volatile boolean sealed;

  /** The epoch before, or null once that is closed. */
  private volatile @Nullable Epoch previous;

  /**
   * Begins an epoch.
   *
   * @param previous the one before, or null for the first
   * @param address of the frame space
   * @param sizeBytes of the frame space
   */
  Epoch(@Nullable Epoch previous, long address, long sizeBytes) {
    this.previous = previous;
    this.number = previous == null ? 0 : previous.number + 1;
    this.arena = Arena.ofShared();
    this.memory =
        MemorySegment.ofAddress(address - HEAD_BYTES)
            .reinterpret(HEAD_BYTES + sizeBytes, arena, null);
  }

  /**
   * Holds the epoch open for loads. Not for long, since the reclaimer waits.
   *
   * @return what to give to {@link #exit}; {@link #NONE} if the epoch is about to close
   */
  int enter() {
    return enterAt(LOADING);
  }

  /**
   * As {@link #enter}, for stores to pages of the same 2 MiB, about which {@link #mayStore} says
   * true until the exit.
   *
   * @param dirty where the dirty byte of one of the pages lies in {@link #memory}
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

  /**
   * Used on the way in and on the way out, so that if there is stack for one, so is for the other.
   */
  private void count(int ticket, int change) {
    inside.getAndAdd(ticket, change);
  }

  /** The place of 2 MiB, whose dirty bytes are 512 side by side. Several share one. */
  private static int place(long dirty) {
    return 1 + (int) ((dirty >>> 9) % (PLACES - 1));
  }

  /**
   * Whether a thread that entered before the call may not have stored to these 2 MiB yet, in this
   * epoch or in those that are being closed. Seldom true without need.
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

  /** Whether it is about to close, and gives no tickets any more. */
  boolean isSealed() {
    return sealed;
  }

  /**
   * Takes back the interrupt that the close of this epoch has caused, after an access failed
   * because of it. See {@link ClosingInterrupts}.
   */
  void forgetInterrupt() {
    if (sealed) {
      interrupts.forget();
    }
  }

  /** Whether the epoch before is still to be closed. */
  boolean hasPrevious() {
    return previous != null;
  }

  /**
   * Lets threads leave an epoch that is about to be closed, and that no mapping leads to any more.
   * The handshake of some other arena makes compiled loops forget what they keep in registers, as
   * that of the epoch's own would, but interrupts nobody. Threads then have a moment to end the
   * access that they are in the middle of, so that hardly any is left for {@link
   * ClosingInterrupts}.
   */
  static void letThreadsLeave() {
    Arena.ofShared().close();
    LockSupport.parkNanos(LET_GO_NANOS);
  }

  /**
   * Closes the epochs before this one, each of which waits for tickets, and then lets no access
   * through any more.
   */
  void closePrevious() {
    Epoch before = previous;
    if (before != null) {
      before.close();
      previous = null;
    }
  }

  /** Closes the epochs before this one, and then this one. If it throws, the next call goes on. */
  void close() {
    closePrevious();
    seal();
    if (memory.scope().isAlive()) {
      interrupts.around(closing);
    }
  }

  /**
   * As {@link #close}, at the end of the frame space. Closes also if there is no memory for the
   * look at the interrupts, since otherwise the region would stay in use for ever.
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

  /** Returns when all tickets are given back, and no more will be given. */
  private void seal() {
    sealed = true;
    for (int i = HEAD; i < HEAD + STRIPES * PLACES; i++) {
      // Read once for both questions: a ticket may be given back between them.
      for (long left = inside.get(i); left != 0; left = inside.get(i)) {
        assert left > 0 : "a ticket was given back twice";
        Waits.rest(5_000);
      }
    }
  }

  private void closeArena() {
    while (memory.scope().isAlive()) {
      try {
        arena.close();
      } catch (IllegalStateException e) {
        Waits.rest(20_000); // a downcall holds the memory for a moment
      }
    }
  }
}
