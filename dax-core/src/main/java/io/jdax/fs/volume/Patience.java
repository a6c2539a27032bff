package io.jdax.fs.volume;

/**
 * How long one call waits for space that is on its way back, wherever in the call it does: a second
 * together, counted from the first wait on. For one thread.
 */
public final class Patience {
  private static final long NANOS = 1_000_000_000;

  private long began;
  private boolean begun;

  /** Whether it has been waited for long enough; the first question begins the wait. */
  public boolean isOver() {
    long now = System.nanoTime();
    if (!begun) {
      begun = true;
      began = now;
    }
    return now - began > NANOS;
  }
}
