package io.jdax.fs.tier;

import io.jdax.os.Daemons;
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
            work -> Daemons.unstarted("jdax-writeback " + name, work));
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
    } catch (OutOfMemoryError e) {
      // No thread can be had: as above.
    }
  }

  /** Whoever asks for help from now on gets none; returns when all that is being helped is done. */
  @Override
  @SuppressWarnings("Interruption")
  public void close() {
    threads.shutdown();
    boolean interrupted = false;
    boolean ended = false;
    while (!ended) {
      try {
        ended = threads.awaitTermination(1, TimeUnit.HOURS);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
