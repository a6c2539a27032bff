package io.jdax.os;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.Arena;
import java.lang.ref.Reference;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is done for objects that nobody can reach any more. */
class UnreachableTest {
  private static final class Owner {
    private final Arena lifetime;

    Owner(Runnable work) {
      lifetime = Unreachable.then(work);
    }
  }

  @Test
  @DisplayName("Work is done after its owner has become unreachable, and no thread is made for it")
  void runs() throws InterruptedException {
    List<String> before = threads();
    CountDownLatch done = new CountDownLatch(1);
    Owner owner = new Owner(done::countDown);
    System.gc();
    assertFalse(done.await(20, TimeUnit.MILLISECONDS), "its owner is reachable");
    assertTrue(owner.lifetime.scope().isAlive());
    Reference.reachabilityFence(owner);
    owner = null;
    for (int i = 0; i < 500 && done.getCount() > 0; i++) {
      System.gc();
      done.await(20, TimeUnit.MILLISECONDS);
    }
    assertEquals(0, done.getCount());
    assertEquals(before, threads());
  }

  /** Those that a Cleaner of one's own makes, which never end. */
  static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.matches("Cleaner-\\d+"))
        .sorted()
        .toList();
  }
}
