package io.jdax.mm.engine;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.mm.PinAccess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The pins of a file that are open, as ranges. One comes in with the invalidate lock held shared,
 * so whoever has that lock exclusively knows all there are, without a count per frame.
 */
final class OpenPins {
  @GuardedBy("this")
  private final List<FilePin> pins = new ArrayList<>();

  /** Whether there is one; read without the monitor by every writeback. */
  private volatile boolean any;

  synchronized void add(FilePin pin) {
    pins.add(pin);
    any = true;
  }

  /** Also wakes whoever waits for it. */
  synchronized void remove(FilePin pin) {
    pins.remove(pin);
    any = !pins.isEmpty();
    notifyAll();
  }

  synchronized int count() {
    return pins.size();
  }

  /** A pin of any page in {@code [first, end)}, or null. */
  synchronized @Nullable FilePin overlapping(long first, long end) {
    for (FilePin pin : pins) {
      if (pin.overlaps(first, end)) {
        return pin;
      }
    }
    return null;
  }

  /** Some pin, or null; one for writing if only those count. */
  synchronized @Nullable FilePin any(boolean writing) {
    for (FilePin pin : pins) {
      if (!writing || pin.access() == PinAccess.WRITE) {
        return pin;
      }
    }
    return null;
  }

  /** Whether there is one. Whoever has stored through one before the call finds it. */
  boolean isAny() {
    return any;
  }

  /** Those whose pages may be stored to without a word. */
  synchronized List<FilePin> forWriting() {
    return pins.stream().filter(pin -> pin.access() == PinAccess.WRITE).toList();
  }

  /**
   * Waits until a pin has been removed.
   *
   * @param deadline of {@link System#nanoTime}
   * @return whether it was, by then
   */
  synchronized boolean awaitRemoval(FilePin pin, long deadline) throws InterruptedException {
    while (pins.contains(pin)) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
    }
    return true;
  }
}
