package io.jdax.fs;

import java.time.Instant;
import java.util.concurrent.locks.LockSupport;

/**
 * When files change: exactly where changes are rare; as of the last tick where one follows the
 * other, since the question what time it is would be a third of what a small write costs. The
 * kernel's files have a clock like that, too (ktime_get_coarse_real_ts64, a tick of 1 to 10 ms).
 *
 * <pre>
 *   rare       time == 0: every change looks at the clock
 *   often      time of the last tick, by a thread that sleeps in between
 *              until a tick finds that nobody has asked since the one before
 * </pre>
 *
 * <p>Never ahead of the time of day. Behind it by a tick, or for as long as the process or its
 * ticking thread was kept from running.
 */
final class CoarseClock {
  private static final long TICK_NANOS = 4_000_000;

  /** Changes that follow each other faster, that many times, are worth a thread's wake-ups. */
  private static final long OFTEN_NANOS = 20_000;

  private static final int TIMES = 64;

  private static volatile long time;
  private static volatile boolean asked;

  // Of the exact answers; a race loses a count.
  private static long last;
  private static int quick;

  private static final Thread TICKER =
      Thread.ofPlatform()
          .daemon()
          .name("jdax-clock")
          .inheritInheritableThreadLocals(false)
          .start(CoarseClock::tick);

  private CoarseClock() {}

  static long now() {
    long t = time;
    if (t == 0) {
      return exactly();
    }
    if (!asked) { // the line stays shared among those who ask
      asked = true;
    }
    return t;
  }

  /** Whether every change looks at the clock. */
  static boolean isExact() {
    return time == 0;
  }

  private static long exactly() {
    long t = Times.of(Instant.now());
    quick = t - last < OFTEN_NANOS ? quick + 1 : 0;
    last = t;
    if (quick >= TIMES) {
      asked = true;
      LockSupport.unpark(TICKER);
    }
    return t;
  }

  private static void tick() {
    while (true) {
      if (asked) {
        asked = false;
        time = Times.of(Instant.now());
        LockSupport.parkNanos(TICK_NANOS);
      } else {
        time = 0;
        LockSupport.park();
      }
    }
  }
}
