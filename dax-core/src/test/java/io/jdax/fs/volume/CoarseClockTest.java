package io.jdax.fs.volume;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jdax.fs.format.Times;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CoarseClockTest {
  @BeforeEach
  void join() {
    CoarseClock.joined(); // as a mounted file system: there is no tick without one
  }

  @AfterEach
  void leave() {
    CoarseClock.left();
  }

  @Test
  @DisplayName("The time goes on while many ask, and is never ahead of the time of day")
  void goesOn() {
    while (CoarseClock.isExact()) {
      ask();
    }
    int changes = 0;
    for (long seen = ask(); changes < 20; ) {
      long now = ask();
      changes += now != seen ? 1 : 0;
      seen = now;
    }
  }

  @Test
  @DisplayName("When nobody has asked for a while, the next answer is exact")
  void exactAfterRest() {
    for (int i = 0; i < 3; i++) {
      while (CoarseClock.isExact()) {
        ask();
      }
      while (!CoarseClock.isExact()) {
        LockSupport.parkNanos(1_000_000);
      }
      long before = Times.of(Instant.now());
      long now = ask();
      assertTrue(now >= before, now + " is before " + before);
    }
  }

  @Test
  @DisplayName("No answer is before an earlier one, also when answers begin or cease to be exact")
  void neverBack() {
    for (int i = 0; i < 100; i++) {
      long last = 0;
      for (int k = 0; k < 3000; k++) { // from exact to ticks
        long now = CoarseClock.now();
        assertTrue(now >= last, now + " comes after " + last);
        last = now;
      }
      while (!CoarseClock.isExact()) {
        LockSupport.parkNanos(1_000_000);
      }
      assertTrue(CoarseClock.now() >= last);
    }
  }

  @Test
  @DisplayName("Whoever interrupts its thread ends it, and the time goes on by another")
  void interrupted() throws InterruptedException {
    for (int i = 0; i < 3; i++) {
      while (CoarseClock.isExact()) {
        ask();
      }
      Thread ticking = ticker();
      assertNotNull(ticking);
      ticking.interrupt();
      ticking.join();
      assertTrue(CoarseClock.isExact());
    }
  }

  @Test
  @DisplayName("It ends with its last user, and nobody makes another then")
  void ends() {
    while (CoarseClock.isExact()) {
      ask();
    }
    int others = CoarseClock.users() - 1; // mounts that other tests have left
    for (int i = 0; i < others; i++) {
      CoarseClock.left();
    }
    CoarseClock.joined();
    CoarseClock.left();
    assertNotNull(ticker());
    CoarseClock.left();
    try {
      assertNull(ticker());
      for (int i = 0; i < 3000; i++) {
        ask();
        assertTrue(CoarseClock.isExact());
      }
      assertNull(ticker());
    } finally {
      for (int i = 0; i <= others; i++) {
        CoarseClock.joined();
      }
    }
  }

  private static @Nullable Thread ticker() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("jdax-clock") && thread.isAlive())
        .findAny()
        .orElse(null);
  }

  private static long ask() {
    long now = CoarseClock.now();
    long after = Times.of(Instant.now());
    assertTrue(now <= after, now + " is after " + after);
    return now;
  }
}
