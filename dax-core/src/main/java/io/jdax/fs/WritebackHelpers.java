package io.jdax.fs;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of one mount that help with long writebacks; they end when they have been idle. */
final class WritebackHelpers implements AutoCloseable {
  /** With whoever asks for help, as many as the media of one socket gain from. */
  private static final int MAX = 3;

  private final int count;
  private final ThreadPoolExecutor threads;

  /**
   * None yet.
   *
   * @param parallelism threads that may work at a time, with the one that asks for help
   */
  WritebackHelpers(String name, int parallelism) {
    this.count = Math.min(MAX, parallelism - 1);
    this.threads =
        new ThreadPoolExecutor(
            Math.max(1, count),
            Math.max(1, count),
            5,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, "jdax-writeback " + name);
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /** Has something done by each of them, as soon as it is free. It must cope with coming late. */
  void call(Runnable work) {
    try {
      for (int i = 0; i < count; i++) {
        threads.execute(work);
      }
    } catch (RejectedExecutionException e) {
      // Closed: whoever asked does it alone.
    }
  }

  /** Whoever asks for help from now on gets none; what is being helped goes on. */
  @Override
  public void close() {
    threads.shutdown();
  }
}
