package io.jdax.fs;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A call in a thread of its own, and the moment when it waits for somebody. */
final class Waiting<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  Waiting(Callable<T> call) {
    task = new FutureTask<>(call);
    thread = new Thread(task, "waiting");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns when the call waits for a lock, a monitor or a condition, or is over. */
  Waiting<T> untilItWaits() {
    while (true) {
      switch (thread.getState()) {
        case WAITING, TIMED_WAITING, BLOCKED, TERMINATED -> {
          return this;
        }
        default -> Thread.onSpinWait();
      }
    }
  }

  boolean isOver() {
    return task.isDone();
  }

  T get() throws Exception {
    return task.get(30, TimeUnit.SECONDS);
  }
}
