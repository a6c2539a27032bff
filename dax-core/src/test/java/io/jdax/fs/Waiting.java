package io.jdax.fs;

import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** A call in a thread of its own, and the moment when it waits for somebody. */
public final class Waiting<T> {
  private final FutureTask<T> task;
  private final Thread thread;

  public Waiting(Callable<T> call) {
    task = new FutureTask<>(call);
    thread = new Thread(task, "waiting");
    thread.setDaemon(true);
    thread.start();
  }

  /** Returns when the call waits somewhere below a method of this name, or is over. */
  public Waiting<T> untilItWaitsIn(String method) {
    while (!isOver() && !(waits() && isIn(method))) {
      Thread.onSpinWait();
    }
    return this;
  }

  private boolean waits() {
    return switch (thread.getState()) {
      case WAITING, TIMED_WAITING, BLOCKED -> true;
      default -> false;
    };
  }

  private boolean isIn(String method) {
    for (StackTraceElement frame : thread.getStackTrace()) {
      if (frame.getMethodName().equals(method)) {
        return true;
      }
    }
    return false;
  }

  public boolean isOver() {
    return task.isDone();
  }

  public T get() throws Exception {
    return task.get(30, TimeUnit.SECONDS);
  }
}
