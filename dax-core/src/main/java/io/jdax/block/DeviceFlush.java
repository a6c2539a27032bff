package io.jdax.block;

import io.jdax.os.StackRoom;
import io.jdax.os.Waits;
import io.jdax.os.Writebacks;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A device's flush, for many threads that write. Whoever returns from {@link #drain} has had one
 * that began after its writes and ended well: its own, or one of another thread that it waited for.
 * One flush at a time; those that come meanwhile share the next.
 *
 * <p>One that failed is the last: the device may have dropped what it held, whose writes had
 * returned, and a second flush would succeed without it. Those who waited for it, and all who come
 * later, find that in {@link Writebacks#failure}.
 */
final class DeviceFlush {
  private final BlockDevice device;
  private final Writebacks writebacks;

  /** Writes that have returned. */
  private final AtomicLong written = new AtomicLong();

  /** How many of them are durable. Written under the monitor. */
  private volatile long durable;

  private boolean flushing; // guarded by this

  DeviceFlush(BlockDevice device, Writebacks writebacks) {
    this.device = device;
    this.writebacks = writebacks;
  }

  /** A write has returned. */
  void wrote() {
    written.incrementAndGet();
  }

  /**
   * Returns once a flush ended that began after the call, or {@link Writebacks#failure} says why
   * none can.
   */
  void drain() throws IOException {
    StackRoom.claim(StackRoom.ENGINE); // whoever has the turn must be able to end it
    long mine = written.get();
    while (isMyTurn(mine)) {
      flush();
    }
  }

  private synchronized boolean isMyTurn(long mine) {
    // An interrupt is for the caller: bytes that may be durable or not can't be left alone.
    Waits.whileTrue(this, () -> flushing && isWanted(mine));
    boolean mineToDo = !flushing && isWanted(mine);
    flushing |= mineToDo;
    return mineToDo;
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
