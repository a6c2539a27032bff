package io.jdax.persist;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Emulates media that are slow to write, for tests and measurements. What one thread flushes,
 * copies or fills takes at least as long as its cache lines take at a given rate. Threads do not
 * wait for each other, as with media of several channels.
 *
 * <p>It is a rate, and not a multiple of the time that the call takes here, since non-temporal
 * stores return when the processor has buffered them, and the buffers drain during the wait. A
 * multiple of 10 was only 4 times as slow.
 */
public final class SlowPersister extends Persister {
  private static final int LINE_BYTES = 64;

  private final Persister delegate;
  private final double nanosPerLine;

  private SlowPersister(Persister delegate, long bytesPerSecond) {
    super(delegate.region());
    this.delegate = delegate;
    this.nanosPerLine = LINE_BYTES * 1e9 / bytesPerSecond;
  }

  /**
   * Slows another persister down.
   *
   * @param delegate does the work
   * @param bytesPerSecond what one thread can write, at least 1
   * @throws IllegalArgumentException less than 1
   */
  public static SlowPersister of(Persister delegate, long bytesPerSecond) {
    if (bytesPerSecond < 1) {
      throw new IllegalArgumentException(bytesPerSecond + " bytes per second: must be 1 or more");
    }
    return new SlowPersister(delegate, bytesPerSecond);
  }

  /** Returns when the media would have taken all lines of a range, from {@code began} on. */
  private void waitSince(long began, long offset, long length) {
    if (length > 0) {
      long lines = (offset + length - 1) / LINE_BYTES - offset / LINE_BYTES + 1;
      long until = began + (long) (lines * nanosPerLine);
      while (System.nanoTime() - until < 0) {
        Thread.onSpinWait(); // a processor that stores faster than the media can take waits, too
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
