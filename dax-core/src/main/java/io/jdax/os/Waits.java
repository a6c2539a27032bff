package io.jdax.os;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits that an interrupt does not end. The thread's interrupt flag is set again after them. */
public final class Waits {
  private Waits() {}

  /** Waits on a monitor, which the caller holds, for as long as a condition is true. */
  @SuppressWarnings("WaitNotInLoop") // it is in one, whose condition is the caller's
  public static void whileTrue(Object monitor, BooleanSupplier condition) {
    boolean interrupted = false;
    while (condition.getAsBoolean()) {
      try {
        monitor.wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Lets others go on, for whoever tries again and again. A thread that is interrupted does not
   * park. If it is a virtual one, and only tried again, it would keep its carrier from all others,
   * among them the one that it waits for. So its flag is away meanwhile. A yield would not do,
   * since carriers go on with what they have yielded.
   *
   * <p>A platform thread that is interrupted keeps its flag, at which the closing of an epoch may
   * be looking, and returns at once.
   *
   * @param nanos how long, about
   */
  @SuppressWarnings("Interruption")
  public static void rest(long nanos) {
    boolean interrupted = Thread.currentThread().isVirtual() && Thread.interrupted();
    LockSupport.parkNanos(nanos);
    if (interrupted) {
      LockSupport.parkNanos(nanos); // the first has used up the permit that an interrupt gives
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the thread has ended. */
  @SuppressWarnings("Interruption")
  public static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
