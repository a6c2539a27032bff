package io.jdax.region;

import io.jdax.os.Waits;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one place that knows whether a region is open, who holds it so, and who may close it.
 *
 * <pre>
 *   OPEN ----> CLOSING ----> CLOSED
 *    ^            |   ^         no file, no lock, no access
 *    |   refused  |   |  again
 *    +------------+   |
 *                 +-> UNFINISHED
 *                       no access any more, but the kernel would not let go of the file: it is
 *                       locked still, and closing again goes on from here
 * </pre>
 *
 * <p>A hold is taken in OPEN only, and CLOSING begins only when there is none: both under this
 * object's monitor, so that of a hold and a close that meet exactly one is refused.
 */
final class RegionLife {
  enum State {
    OPEN,
    CLOSING,
    UNFINISHED,
    CLOSED
  }

  private final String region;
  private final List<RegionHold> holds = new ArrayList<>();
  private @Nullable RegionHold tail;
  private State state = State.OPEN;

  RegionLife(String region) {
    this.region = region;
  }

  /**
   * Keeps the region open.
   *
   * @param who asked for when a close is refused
   * @throws IllegalStateException it is closed, or being closed
   */
  synchronized RegionHold hold(Supplier<String> who) {
    ensureOpen();
    RegionHold hold = new RegionHold(this, who);
    holds.add(hold);
    return hold;
  }

  /** The same, for the one that uses the addresses behind the region. */
  RegionTail holdTail(Supplier<String> who, Mapping mapping) throws RegionBusyException {
    RegionHold other;
    synchronized (this) {
      ensureOpen();
      other = tail;
      if (other == null) {
        RegionTail hold = new RegionTail(this, who, mapping);
        holds.add(hold);
        tail = hold;
        return hold;
      }
    }
    throw new RegionBusyException(
        region, "the addresses behind it can't be used", List.of(other.who()));
  }

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
   * Whether the caller is to close it now, and then to call {@link #closingEnded}; else it is
   * closed. While another thread closes it, this waits for how that ends.
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
    // Not under the monitor: they are asked, and may have locks of their own.
    throw new RegionBusyException(
        region, "can't be closed", held.stream().map(RegionHold::who).toList());
  }

  private void awaitOtherCloser() {
    Waits.whileTrue(this, () -> state == State.CLOSING);
  }

  synchronized void closingEnded(State reached) {
    state = reached;
    notifyAll();
  }
}
