package io.jdax.block;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.os.StackRoom;
import io.jdax.os.Waits;
import io.jdax.os.Writebacks;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device's flush, for many threads that write. A thread that returns from {@link #drain} has had
 * a flush that began after its writes and ended well, either its own or another thread's that it
 * waited for. There is one flush at a time, and threads that come meanwhile share the next.
 *
 * <p>A flush that failed is the last. The device may have dropped what it held, whose writes had
 * returned, and a second flush would succeed without that. Threads that waited for it, and all that
 * come later, find the failure in {@link Writebacks#failure}.
 */
final class DeviceFlush {
  private final BlockDevice device;
  private final Writebacks writebacks;

  /** How many writes have returned. */
  private final AtomicLong written = new AtomicLong();

  /** How many of them are durable. Changed under the monitor, and read without it as well. */
  private volatile long durable;

  /** Whether a thread has the turn to flush. */
  @GuardedBy("this")
  private boolean flushing;

  DeviceFlush(BlockDevice device, Writebacks writebacks) {
    this.device = device;
    this.writebacks = writebacks;
  }

  /** A write has returned. */
  void wrote() {
    written.incrementAndGet();
  }

  /**
   * Returns when a flush that began after the call has ended, or when {@link Writebacks#failure}
   * tells why there can't be another.
   */
  void drain() throws IOException {
    StackRoom.claim(StackRoom.ENGINE); // whoever has the turn must be able to end it
    long mine = written.get();
    while (isMyTurn(mine)) {
      flush();
    }
  }

  /** Waits while another thread flushes. Returns whether this thread now has the turn to do so. */
  private synchronized boolean isMyTurn(long mine) {
    // Not interruptible, since bytes that may be durable or not can't be left alone.
    Waits.whileTrue(this, () -> isFlushing() && isWanted(mine));
    boolean mineToDo = !flushing && isWanted(mine);
    flushing |= mineToDo;
    return mineToDo;
  }

  private synchronized boolean isFlushing() {
    return flushing;
  }

  private boolean isWanted(long mine) {
    return durable < mine && writebacks.failure() == null;
  }

  private void flush() throws IOException {
    long upTo = written.get();
    boolean done = false;
    try {
      device.flush();
      done = true;
    } catch (Throwable t) {
      writebacks.fail(t);
      throw t;
    } finally {
      ended(done ? upTo : durable);
    }
  }

  private synchronized void ended(long upTo) {
    durable = upTo;
    flushing = false;
    notifyAll();
  }
}
