package io.jdax.fs;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * When files change: exactly where changes are rare; as of the last tick where one follows the
 * other, since the question what time it is would be a third of what a small write costs. The
 * kernel's files have a clock like that, too (ktime_get_coarse_real_ts64, a tick of 1 to 10 ms).
 *
 * <pre>
 *   rare       time &lt; 0: every change looks at the clock; the last answer, negated
 *   often      time &gt; 0: of the last tick, by a thread that sleeps in between
 *              until a tick finds that nobody has asked since the one before
 * </pre>
 *
 * <p>No answer is before an earlier one, unless the clock was set back by more than a second.
 * Otherwise none is ahead of the time of day; behind it by a tick, or for as long as the process or
 * its ticking thread was kept from running.
 */
final class CoarseClock {
  private static final long TICK_NANOS = 4_000_000;
  private static final long SECOND_NANOS = 1_000_000_000;

  /** Changes that follow each other faster, that many times, are worth a thread's wake-ups. */
  private static final long OFTEN_NANOS = 20_000;

  private static final int TIMES = 64;

  private static final AtomicLong TIME = new AtomicLong(-1);
  private static volatile boolean asked;
  private static int quick; // of the exact answers; a race loses a count

  private static final Thread TICKER =
      Thread.ofPlatform()
          .daemon()
          .name("jdax-clock")
          .inheritInheritableThreadLocals(false)
          .start(CoarseClock::tick);

  private CoarseClock() {}

  static long now() {
    long t = TIME.get();
    if (t < 0) {
      return exactly();
    }
    if (!asked) { // the line stays shared among those who ask
      asked = true;
    }
    return t;
  }

  /** Whether every change looks at the clock. */
  static boolean isExact() {
    return TIME.get() < 0;
  }

  private static long exactly() {
    while (true) {
      long last = TIME.get();
      if (last > 0) {
        return last;
      }
      long t = after(-last);
      if (TIME.compareAndSet(last, -t)) {
        quick = t + last < OFTEN_NANOS ? quick + 1 : 0;
        if (quick >= TIMES) {
          asked = true;
          LockSupport.unpark(TICKER);
        }
        return t;
      }
    }
  }

  private static void tick() {
    while (true) {
      boolean _ = Thread.interrupted(); // by whoever interrupts all: it could not sleep any more
      boolean often = asked;
      asked = false;
      TIME.updateAndGet(t -> often ? after(Math.abs(t)) : -Math.abs(t));
      if (often) {
        LockSupport.parkNanos(TICK_NANOS);
      } else {
        LockSupport.park();
      }
    }
  }

  /** The time of day, unless an answer was later. */
  private static long after(long last) {
    long now = Math.max(1, Times.of(Instant.now()));
    return now < last && last - now < SECOND_NANOS ? last : now;
  }
}
