package io.jdax.persist;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Media that are slow to write, emulated: what one thread flushes, copies or fills takes at least
 * the time that its lines take at a given rate. Threads do not wait for each other, as with media
 * of several channels. For tests and measurements.
 *
 * <p>A rate, and not a multiple of the time that the call takes here: non-temporal stores return
 * when the processor has buffered them, and while one waits the buffers drain. A multiple of that
 * was 4 times as slow where it should have been 10 times.
 */
public final class SlowPersister extends Persister {
  private static final int LINE = 64;

  private final Persister delegate;
  private final double nanosPerLine;

  private SlowPersister(Persister delegate, long bytesPerSecond) {
    super(delegate.region());
    this.delegate = delegate;
    this.nanosPerLine = LINE * 1e9 / bytesPerSecond;
  }

  /**
   * @param bytesPerSecond what one thread can write, from 1 on
   */
  public static SlowPersister of(Persister delegate, long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(bytesPerSecond + " bytes per second: must be 1 or more");
    }
    return new SlowPersister(delegate, bytesPerSecond);
  }

  /** Returns when the media has taken the lines of a range, which it began to do at a time. */
  private void waitSince(long began, long offset, long length) {
    if (length > 0) {
      long lines = (offset + length - 1) / LINE - offset / LINE + 1;
      long until = began + (long) (lines * nanosPerLine);
      while (System.nanoTime() - until < 0) {
        Thread.onSpinWait(); // as a processor waits that stores faster than the media takes it
      }
    }
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    long began = System.nanoTime();
    delegate.flush(offset, length);
    waitSince(began, offset, length);
  }

  @Override
  public void drain() throws IOException {
    delegate.drain(); // the media has taken everything
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    long began = System.nanoTime();
    delegate.copyNoDrain(dstOffset, src, srcOffset, length);
    waitSince(began, dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    long began = System.nanoTime();
    delegate.fillNoDrain(offset, length, value);
    waitSince(began, offset, length);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    long began = System.nanoTime();
    delegate.deepFlush(offset, length);
    waitSince(began, offset, length);
  }

  @Override
  public boolean slowToWrite() {
    return true;
  }

  @Override
  public String describe() {
    return "%s, at %.1f ns per line".formatted(delegate.describe(), nanosPerLine);
  }
}
