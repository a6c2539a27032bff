package io.jdax.tools;

import io.jdax.bench.report.Terminal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/**
 * Watches over a copy. It shows a person how far a long one has come, and ends it when the process
 * is told to end. The JVM then waits a while for {@link #close}, so that what was begun is removed.
 */
final class CopyWatch implements AutoCloseable {
  private static final long LONG_BYTES = 64 << 20;
  private static final long PATIENCE_SECONDS = 10;
  private static final int WIDEST_COLUMNS = 120;

  private final @Nullable ProgressBar bar;
  private final CountDownLatch over = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "jdax-stop");
  private volatile boolean stopped;

  private CopyWatch(@Nullable ProgressBar bar) {
    this.bar = bar;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Tells how much there is to copy. Only asked where a person would see it. */
  interface Total {
    long bytes() throws IOException;
  }

  /** Over a copy, in which holes count as bytes, though they are quickly done. */
  static CopyWatch over(String task, Total total) throws IOException {
    if (!Terminal.isTerminal()) {
      return new CopyWatch(null);
    }
    long bytes = total.bytes();
    return new CopyWatch(bytes < LONG_BYTES ? null : bar(task, bytes));
  }

  /** Shows nothing, for a copy that itself goes to the terminal. */
  static CopyWatch silent() {
    return new CopyWatch(null);
  }

  private static ProgressBar bar(String task, long bytes) {
    return new ProgressBarBuilder()
        .setTaskName(task)
        .setInitialMax(bytes)
        .setUnit(" MiB", 1 << 20)
        .showSpeed()
        .setUpdateIntervalMillis(200)
        .setStyle(ProgressBarStyle.UNICODE_BLOCK)
        .setConsumer(
            new ConsoleProgressBarConsumer(
                System.err, Math.min(WIDEST_COLUMNS, Terminal.columns() - 1)))
        .clearDisplayOnFinish()
        .build();
  }

  /**
   * Says that so many more bytes are done.
   *
   * @throws InterruptedIOException the process was told to end
   */
  void advance(long bytes) throws InterruptedIOException {
    if (stopped) {
      throw new InterruptedIOException("stopped before the end");
    }
    if (bar != null) {
      bar.stepBy(bytes);
    }
  }

  /** Has the copy end. Returns when it has, or when that takes too long. */
  void stop() {
    stopped = true;
    try {
      over.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
    over.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is ending, and the hook is running or over.
    }
  }
}
