package io.jdax.tests.kill;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * What a writer does to itself, by the order that it was given: nothing, to halt, or to eat memory
 * until somebody stops it. A thread of its own does that, after so many operations have been
 * acknowledged and so many nanoseconds have passed.
 */
final class Doom {
  /** The order to do nothing. */
  static final String NONE = "none";

  /** The first word of an order to halt. */
  static final String HALT = "halt";

  /** The first word of an order to eat. */
  static final String EAT = "eat";

  /** The status of a writer that has halted by order; that of one that has failed is another. */
  static final int HALTED = 86;

  /** So much at a time that the others are not far when it is too much. */
  private static final long BITE_BYTES = 256 << 10;

  private final CountDownLatch acknowledgements;

  private Doom(int acknowledgements) {
    this.acknowledgements = new CountDownLatch(acknowledgements);
  }

  /** The thread that carries an order out begins to wait. */
  static Doom begin(String order) {
    String[] words = order.split(" ");
    if (words[0].equals(NONE)) {
      return new Doom(0);
    }
    Doom doom = new Doom(Integer.parseInt(words[1]));
    long nanos = Long.parseLong(words[2]);
    Thread thread = new Thread(() -> doom.carryOut(words[0].equals(HALT), nanos), "doom");
    thread.setDaemon(true);
    thread.start();
    return doom;
  }

  /** An operation has been acknowledged. */
  void acknowledged() {
    acknowledgements.countDown();
  }

  private void carryOut(boolean halts, long nanos) {
    try {
      acknowledgements.await();
    } catch (InterruptedException e) {
      throw new AssertionError("nobody interrupts it", e);
    }
    await(nanos);
    if (halts) {
      Runtime.getRuntime().halt(HALTED);
    }
    while (true) {
      MemorySegment bite = Arena.global().allocate(BITE_BYTES);
      bite.fill((byte) 1); // a page that nobody has touched takes no memory
    }
  }

  /** Lets time pass, more exactly than by one sleep. */
  static void await(long nanos) {
    for (long end = System.nanoTime() + nanos; System.nanoTime() < end; ) {
      LockSupport.parkNanos(20_000);
    }
  }
}
