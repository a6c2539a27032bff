package io.jdax.region;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.os.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows whether a region is open, who holds it open, and who may close it.
 *
 * <pre>
 *   OPEN ----> CLOSING ----> CLOSED
 *    ^            |   ^         no file, no lock, no access
 *    |   refused  |   |  again
 *    +------------+   |
 *                 +-> UNFINISHED
 *                       accesses throw, but the kernel would not let go of the file, which is
 *                       still locked; closing again goes on from here
 * </pre>
 *
 * <p>A hold is taken in OPEN only, and CLOSING begins only when there are no holds. Both happen
 * under this object's monitor, so that of a hold and a close that meet exactly one is refused.
 */
final class RegionLife {
  enum State {
    OPEN,
    CLOSING,
    UNFINISHED,
    CLOSED
  }

  private final String region;

  @GuardedBy("this")
  private final List<RegionHold> holds = new ArrayList<>();

  /** One of the holds, or null if nobody uses the addresses after the region. */
  @GuardedBy("this")
  private @Nullable RegionHold tail;

  @GuardedBy("this")
  private State state = State.OPEN;

  RegionLife(String region) {
    this.region = region;
  }

  /**
   * Keeps the region open.
   *
   * @param holder gives the phrase for a close that is refused
   * @throws IllegalStateException it is closed, or being closed
   */
  synchronized RegionHold hold(Supplier<String> holder) {
    ensureOpen();
    RegionHold hold = new RegionHold(this, holder);
    holds.add(hold);
    return hold;
  }

  /** As {@link #hold}, for the one user of the addresses after the region. */
  RegionTail holdTail(Supplier<String> holder, Mapping mapping) throws RegionBusyException {
    RegionHold other;
    synchronized (this) {
      ensureOpen();
      other = tail;
      if (other == null) {
        RegionTail hold = new RegionTail(this, holder, mapping);
        holds.add(hold);
        tail = hold;
        return hold;
      }
    }
    throw new RegionBusyException(
        region, "the addresses after it can't be used", List.of(other.holder()));
  }

  @GuardedBy("this")
  private void ensureOpen() {
    if (state != State.OPEN) {
      throw new IllegalStateException(
          "region " + region + (state == State.CLOSED ? " is closed" : " is being closed"));
    }
  }

  synchronized void release(RegionHold hold) {
    holds.remove(hold);
    if (tail == hold) {
      tail = null;
    }
  }

  /**
   * Whether the caller is to close the region now, and then to call {@link #closingEnded}; if not,
   * the region is closed. While another thread closes it, this waits until that has ended.
   */
  boolean beginClosing() throws RegionBusyException {
    List<RegionHold> held;
    synchronized (this) {
      awaitOtherCloser();
      if (state == State.CLOSED) {
        return false;
      }
      if (holds.isEmpty()) {
        state = State.CLOSING;
        return true;
      }
      held = List.copyOf(holds);
    }
    // Not under the monitor, since the holders are asked for their phrases, and may take locks.
    throw new RegionBusyException(
        region, "can't be closed", held.stream().map(RegionHold::holder).toList());
  }

  @GuardedBy("this")
  private void awaitOtherCloser() {
    Waits.whileTrue(this, this::isClosing);
  }

  private synchronized boolean isClosing() {
    return state == State.CLOSING;
  }

  synchronized void closingEnded(State reached) {
    state = reached;
    notifyAll();
  }
}
