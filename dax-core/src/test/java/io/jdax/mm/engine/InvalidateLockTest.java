package io.jdax.mm.engine;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The lock that keeps a file's blocks where they are. */
class InvalidateLockTest {
  private final InvalidateLock lock = new InvalidateLock();

  @Test
  @DisplayName("Whoever gives up does not have it, and an interrupt makes give up, and stays")
  void givesUp() {
    long stamp = lock.lockShared();
    assertFalse(lock.tryLockExclusive(0));
    assertFalse(lock.heldExclusively());
    lock.unlockShared(stamp);
    Thread.currentThread().interrupt();
    assertFalse(lock.tryLockExclusive(1_000_000_000));
    assertTrue(Thread.interrupted());
    assertFalse(lock.heldExclusively());
    assertTrue(lock.tryLockExclusive(0));
    assertTrue(lock.heldExclusively());
    lock.unlockExclusive();
    assertFalse(lock.heldExclusively());
  }
}
