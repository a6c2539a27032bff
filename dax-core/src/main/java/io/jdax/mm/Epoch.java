package io.jdax.mm;

import io.jdax.region.Region;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * A stretch of time in which no frame that a mapping showed is given to anybody else, and the view
 * of the frame space that lives as long. Closing it is the TLB shootdown: afterwards no thread
 * reaches a frame by a translation that was read before.
 *
 * <p>Most accesses do not announce themselves: the JVM's handshake finds them, and they are
 * repeated in the next epoch. That is sound for loads and for plain stores. It is not where
 * repeating could be observed: the handshake may hit the interpreter between an access and its
 * return, so that a compare-and-set, or a store that hands a lock over, would be done twice. Those,
 * and long copies, {@link #enter} the epoch, and {@link #close} waits for them first.
 */
final class Epoch {
  private static final int STRIPES = 16;
  private static final int SPREAD = 32; // two cache lines between neighbours

  /**
   * The view begins as many bytes before the first frame, where nothing is: as many as the table of
   * a near mapping spans, so that a page's word is positive however far the page lies from its
   * frame.
   */
  static final long HEAD_BYTES = Region.HEAD_BYTES;

  final long number;

  /** Byte 0 of frame 0 lies at {@link #HEAD_BYTES}. */
  final MemorySegment memory;

  private final Arena arena;
  private final AtomicIntegerArray inside = new AtomicIntegerArray(STRIPES * SPREAD);
  private volatile boolean sealed;
  private volatile Set<Thread> interruptedBefore = Set.of();

  /** {@code address} and size of the frame space. */
  Epoch(long number, long address, long sizeBytes) {
    this.number = number;
    this.arena = Arena.ofShared();
    this.memory =
        MemorySegment.ofAddress(address - HEAD_BYTES)
            .reinterpret(HEAD_BYTES + sizeBytes, arena, null);
  }

  /**
   * Holds the epoch open. To be short: the reclaimer waits.
   *
   * @return what {@link #exit} wants, or −1: it is about to close
   */
  int enter() {
    int stripe = ((int) Thread.currentThread().threadId() & STRIPES - 1) * SPREAD;
    inside.getAndIncrement(stripe);
    // The increment is a full fence: either we see the seal, or close() sees us.
    if (sealed) {
      inside.getAndDecrement(stripe);
      return -1;
    }
    return stripe;
  }

  void exit(int stripe) {
    inside.getAndDecrement(stripe);
  }

  boolean sealed() {
    return sealed;
  }

  /**
   * After an access failed since this epoch was closed: the thread is as interrupted as it was
   * before. The handshake interrupts every platform thread that it finds in an access
   * (JavaThread::install_async_exception), and its next wait, or its FileChannel, would pay for it.
   * Who is interrupted by somebody else within the microseconds of the turn-over loses that.
   */
  void forgetInterrupt() {
    Thread thread = Thread.currentThread();
    if (thread.isInterrupted() && !thread.isVirtual() && !interruptedBefore.contains(thread)) {
      Thread.interrupted();
    }
  }

  /** Those threads that somebody has interrupted; seldom any. */
  private static Set<Thread> interruptedThreads() {
    ThreadGroup root = Thread.currentThread().getThreadGroup();
    while (root.getParent() != null) {
      root = root.getParent();
    }
    Thread[] all = new Thread[root.activeCount() + 64];
    Set<Thread> found = new HashSet<>();
    for (int i = root.enumerate(all) - 1; i >= 0; i--) {
      if (all[i].isInterrupted()) {
        found.add(all[i]);
      }
    }
    return found;
  }

  /** Waits for who entered, then lets no access through any more. */
  void close() {
    sealed = true;
    for (int i = 0; i < STRIPES; i++) {
      while (inside.get(i * SPREAD) != 0) {
        LockSupport.parkNanos(5_000);
      }
    }
    while (true) {
      interruptedBefore = interruptedThreads();
      try {
        arena.close();
        return;
      } catch (IllegalStateException e) {
        LockSupport.parkNanos(20_000); // a downcall holds the memory for a moment
      }
    }
  }
}
