package io.jdax.persist;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Media that are slow to write, emulated: every flush, copy and fill takes a multiple of the time
 * that it takes. For tests and measurements.
 */
public final class SlowPersister extends Persister {
  private final Persister delegate;
  private final int factor;

  private SlowPersister(Persister delegate, int factor) {
    super(delegate.region());
    this.delegate = delegate;
    this.factor = factor;
  }

  /**
   * @param factor how many times as slow, from 1 on
   */
  public static SlowPersister of(Persister delegate, int factor) {
    if (factor < 1) {
      throw new IllegalArgumentException("factor " + factor + ": must be 1 or more");
    }
    return new SlowPersister(delegate, factor);
  }

  private void waitSince(long began) {
    long now = System.nanoTime();
    long until = now + (now - began) * (factor - 1);
    while (System.nanoTime() - until < 0) {
      Thread.onSpinWait(); // as a processor waits that stores faster than the media takes it
    }
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    long began = System.nanoTime();
    delegate.flush(offset, length);
    waitSince(began);
  }

  @Override
  public void drain() throws IOException {
    long began = System.nanoTime();
    delegate.drain();
    waitSince(began);
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    long began = System.nanoTime();
    delegate.copyNoDrain(dstOffset, src, srcOffset, length);
    waitSince(began);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    long began = System.nanoTime();
    delegate.fillNoDrain(offset, length, value);
    waitSince(began);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    long began = System.nanoTime();
    delegate.deepFlush(offset, length);
    waitSince(began);
  }

  @Override
  public boolean slowToWrite() {
    return factor > 1;
  }

  @Override
  public String describe() {
    return delegate.describe() + ", " + factor + " times as slow";
  }
}
