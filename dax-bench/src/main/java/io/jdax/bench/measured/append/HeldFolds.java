package io.jdax.bench.measured.append;

import io.jdax.persist.Persister;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;

/**
 * Keeps the thread that folds the log in the background from going on, for as long as somebody
 * wants the log to fill: a kill may come before it has run at all.
 */
final class HeldFolds extends Persister {
  /** The name of that thread. */
  private static final String FOLDER = "jdax-log";

  private final Persister delegate;
  private volatile CountDownLatch open = new CountDownLatch(0);

  HeldFolds(Persister delegate) {
    super(delegate.region());
    this.delegate = delegate;
  }

  /** From now on it waits when it comes by. */
  void hold() {
    open = new CountDownLatch(1);
  }

  void letGo() {
    open.countDown();
  }

  private void pass() throws IOException {
    if (!Thread.currentThread().getName().equals(FOLDER)) {
      return;
    }
    try {
      open.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while it was held", e);
    }
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    pass();
    delegate.flush(offset, length);
  }

  @Override
  public void drain() throws IOException {
    pass();
    delegate.drain();
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    pass();
    delegate.copyNoDrain(dstOffset, src, srcOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    pass();
    delegate.fillNoDrain(offset, length, value);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    pass();
    delegate.deepFlush(offset, length);
  }

  @Override
  public String describe() {
    return delegate.describe() + ", folds held";
  }
}
