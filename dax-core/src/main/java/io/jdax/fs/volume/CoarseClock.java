package io.jdax.fs.volume;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.jdax.fs.format.Times;
import io.jdax.os.Daemons;
import io.jdax.os.Waits;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

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
 * <p>The thread is made when changes become frequent while a file system is mounted, and ends when
 * they have been rare for a while, when it is interrupted, or with the last file system, which
 * waits for that. Without it every answer is exact.
 *
 * <p>No answer is before an earlier one, unless the clock was set back by more than a second.
 * Otherwise none is ahead of the time of day; it lags by a tick, or for as long as the process or
 * its ticking thread was kept from running.
 */
public final class CoarseClock {
  private static final long TICK_NANOS = 4_000_000;
  private static final long SECOND_NANOS = 1_000_000_000;

  /** Changes that follow each other faster, that many times, are worth a thread's wake-ups. */
  private static final long OFTEN_NANOS = 20_000;

  private static final int TIMES = 64;

  private static final AtomicLong TIME = new AtomicLong(-1);
  private static volatile boolean asked;
  private static int quick; // of the exact answers; a race loses a count

  /** How long the thread is kept for changes that may become frequent again. */
  private static final long LINGER_NANOS = SECOND_NANOS;

  private static final Object LIFE = new Object();
  private static volatile int users; // written with LIFE

  @GuardedBy("LIFE")
  private static @Nullable Thread ticker;

  private CoarseClock() {}

  // ---------------------------------------------------------------- life

  /** A file system is mounted; to be {@link #left}. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only with LIFE
  public static void joined() {
    synchronized (LIFE) {
      users++;
    }
  }

  /** A file system is no longer mounted. Of the last one: there is no thread any more. */
  @SuppressWarnings("NonAtomicVolatileUpdate") // only with LIFE
  public static void left() {
    Thread thread;
    synchronized (LIFE) {
      users--;
      thread = users == 0 ? ticker : null;
    }
    if (thread != null) {
      LockSupport.unpark(thread);
      Waits.join(thread);
    }
  }

  /** File systems that are mounted. */
  public static int users() {
    return users;
  }

  /** Throws nothing: where no thread can be had, answers stay exact. */
  private static void startTicking() {
    asked = true;
    synchronized (LIFE) {
      if (ticker != null) {
        LockSupport.unpark(ticker);
        return;
      }
      if (users == 0) {
        return;
      }
      try {
        ticker = Daemons.unstarted("jdax-clock", CoarseClock::tick);
        ticker.start();
      } catch (Throwable t) {
        ticker = null; // no memory, mostly; whoever asks next tries again
      }
    }
  }

  private static void tick() {
    try {
      boolean goesOn = true;
      while (goesOn && users > 0 && !Thread.currentThread().isInterrupted()) {
        boolean often = asked;
        asked = false;
        long last = TIME.get();
        // Only this thread answers while the time is positive.
        TIME.compareAndSet(last, often ? after(Math.abs(last)) : -Math.abs(last));
        LockSupport.parkNanos(often ? TICK_NANOS : LINGER_NANOS);
        goesOn = often || asked;
      }
    } catch (Throwable t) {
      // No memory, mostly. A new one is made when changes are frequent.
    } finally {
      endTicking();
    }
  }

  private static void endTicking() {
    long last = TIME.get();
    while (last > 0 && !TIME.compareAndSet(last, -last)) {
      last = TIME.get();
    }
    synchronized (LIFE) {
      ticker = null;
    }
  }

  // ---------------------------------------------------------------- answers

  public static long now() {
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
  public static boolean isExact() {
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
          quick = 0;
          startTicking();
        }
        return t;
      }
    }
  }

  /** The time of day, unless an answer was later. */
  private static long after(long last) {
    long now = Math.max(1, Times.of(Instant.now()));
    return now < last && last - now < SECOND_NANOS ? last : now;
  }
}
