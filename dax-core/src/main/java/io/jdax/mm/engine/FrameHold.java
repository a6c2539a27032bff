package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.region.Region;
import io.jdax.region.RegionBusyException;
import io.jdax.region.RegionTail;
import java.util.Set;

/**
 * What keeps the region of a frame space open: the frame space itself until it is closed, and every
 * pin, since its segments lead to the region's memory by an arena of their own. The last of them
 * lets the region go.
 */
final class FrameHold {
  private final Region region;
  private final Set<?> mappings;
  private final RegionTail tail;

  @GuardedBy("this")
  private int pins;

  @GuardedBy("this")
  private boolean closed;

  /**
   * @param mappings that there are, to be counted for whoever wants to close the region
   * @throws RegionBusyException the region has a frame space already
   */
  FrameHold(Region region, Set<?> mappings) throws RegionBusyException {
    this.region = region;
    this.mappings = mappings;
    this.tail = region.holdTail(this::describe);
  }

  /** The addresses after those of the region. */
  RegionTail tail() {
    return tail;
  }

  /**
   * Counts a pin, before its first segment is made.
   *
   * @throws IllegalStateException the frame space is closed
   */
  synchronized void addPin() {
    if (closed) {
      throw new IllegalStateException("the frames of region " + region.name() + " are closed");
    }
    pins++;
  }

  /** Counts a pin out, after the last access through its segments. */
  synchronized void removePin() {
    pins--;
    releaseIfLast();
  }

  /** Notes that no mapping reaches a frame any more. */
  synchronized void markSpaceClosed() {
    closed = true;
    releaseIfLast();
  }

  @GuardedBy("this")
  private void releaseIfLast() {
    if (closed && pins == 0) {
      tail.close();
    }
  }

  private synchronized String describe() {
    StringBuilder text = new StringBuilder(closed ? "a closed frame space" : "a frame space");
    int shown = mappings.size();
    if (shown > 0) {
      text.append(shown == 1 ? ", 1 mapping" : ", " + shown + " mappings");
    }
    if (pins > 0) {
      text.append(pins == 1 ? ", 1 pin" : ", " + pins + " pins");
    }
    return text.toString();
  }
}
