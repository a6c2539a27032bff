package io.jdax.os;

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
