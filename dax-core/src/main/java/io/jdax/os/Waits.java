package io.jdax.os;

import java.util.function.BooleanSupplier;

/** Waits that an interrupt does not end: the thread hears of it when they are over. */
public final class Waits {
  private Waits() {}

  /** Waits on a monitor, which the caller has, for as long as a condition holds. */
  @SuppressWarnings("WaitNotInLoop") // it is; the condition is the caller's
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

  /** Returns when a thread has ended. */
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
