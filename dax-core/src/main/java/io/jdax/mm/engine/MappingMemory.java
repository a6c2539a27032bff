package io.jdax.mm.engine;

import io.jdax.mm.Sharing;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may look at what a mapping holds, which are the words and dirty bytes of its page
 * table and the frames of its private copies, and gives it all back when nobody may any more.
 *
 * <pre>
 *   OPEN          pages are shown and taken away, under the mapping's lock
 *     markClosed
 *   CLOSED        nothing changes any more but marks; an access that began before may be under way, and walks
 *                 hold the memory to look at the marks
 *     markUnreachable   every epoch of such an access is closed, and the marks were taken over
 *   UNREACHABLE   nobody else may hold it
 *     letGo             of the last holder
 *   GIVEN_BACK    the memory is another mapping's
 * </pre>
 *
 * <p>Three kinds of threads look, and each is stopped in its own way. A thread that changes
 * translations has the mapping's lock, as has one that closes the mapping, after which {@link
 * #tableIfOpen} is null. A walk of the mappings of a file may come to this one long after it has
 * left the {@link MappingTree}, since a walk sees the tree as it was; it {@link #hold}s the memory,
 * or is told that nothing is left of it. An access announces itself to nobody; it reads words
 * through a {@link Generation}, and is found by the closing of its {@link Epoch}.
 */
final class MappingMemory {
  private static final int OPEN = 0;
  private static final int CLOSED = 1;
  private static final int UNREACHABLE = 2;
  private static final int GIVEN_BACK = 3;
  private static final int STATE = 3;
  private static final int HOLDER = 4;

  /**
   * The mapping's lock. A thread that changes what the mapping shows, closes it, or publishes a
   * {@link Generation} of its table holds it.
   */
  final Object lock = new Object();

  private final FrameSpace frames;
  private final PageTable table;
  private final Sharing sharing;

  /** The state, plus HOLDER for each that holds the memory. */
  private final AtomicInteger state = new AtomicInteger(OPEN);

  private volatile long closedIn = Long.MAX_VALUE;

  MappingMemory(FrameSpace frames, PageTable table, Sharing sharing) {
    this.frames = frames;
    this.table = table;
    this.sharing = sharing;
  }

  /** Whether pages can be shown. */
  boolean isOpen() {
    return (state.get() & STATE) == OPEN;
  }

  /**
   * The table, which the caller, who has the mapping's lock, may change for as long; null if the
   * mapping is closed.
   */
  @Nullable PageTable tableIfOpen() {
    assert Thread.holdsLock(lock);
    return isOpen() ? table : null;
  }

  /**
   * The table, at which the caller may look without the mapping's lock until {@link #letGo}; null
   * if nothing is left of it.
   */
  @Nullable PageTable hold() {
    while (true) {
      int now = state.get();
      if ((now & STATE) >= UNREACHABLE) {
        return null;
      }
      if (state.compareAndSet(now, now + HOLDER)) {
        return table;
      }
    }
  }

  /** Ends a {@link #hold} that did not answer null. */
  void letGo() {
    assert state.get() >= HOLDER : "nobody holds it";
    if (state.addAndGet(-HOLDER) == UNREACHABLE) {
      giveBack();
    }
  }

  /**
   * Ends the state in which pages can be shown. The caller has the mapping's lock, and has
   * published a generation that shows nothing.
   */
  void markClosed() {
    assert Thread.holdsLock(lock);
    closedIn = frames.epoch().number; // before the state: isQuiet() asks without a lock
    state.addAndGet(CLOSED - OPEN);
    assert (state.get() & STATE) == CLOSED;
  }

  /** Whether anything was ever shown for stores. Once it is closed, the answer stays. */
  boolean hasMarks() {
    return table.wasWritable();
  }

  /** The last epoch in which an access may look at it. */
  long closedIn() {
    return closedIn;
  }

  /**
   * Whether all stores through it are made, and marked. When the epoch of its close is closed, no
   * store can begin any more. But a thread in the interpreter may be stopped by that very handshake
   * between its store and the mark, and gets to its next instruction at the latest before the next
   * handshake. So this is true one epoch later.
   */
  boolean isQuiet() {
    return frames.closedEpoch() > closedIn;
  }

  /**
   * Gives the memory back, now or when nobody holds it any more. The caller has taken over the
   * marks, or knows that they need not be kept.
   *
   * @throws IllegalStateException a thread may still be inside an access
   */
  void markUnreachable() {
    if (table.isMade() && frames.closedEpoch() < closedIn) {
      throw new IllegalStateException("a mapping's memory is in use: closed in epoch " + closedIn);
    }
    assert (state.get() & STATE) == CLOSED : "unreachable before it was closed, or twice";
    if (state.addAndGet(UNREACHABLE - CLOSED) == UNREACHABLE) {
      giveBack();
    }
  }

  /** Calls {@link #markUnreachable} when that has become true. For a mapping without marks. */
  void markUnreachableSoon() {
    if (table.isMade()) {
      frames.quarantine().add(0, 1, (pfn, count) -> markUnreachable());
    } else {
      markUnreachable();
    }
  }

  private void giveBack() {
    if (state.compareAndSet(UNREACHABLE, GIVEN_BACK)) {
      table.giveBack(sharing == Sharing.PRIVATE ? frames.privateFrames() : null);
    }
  }
}
