package io.jdax.os;

import org.jspecify.annotations.Nullable;

/** The JVM owes this thread an error of an earlier access: comes at one of its next deliveries. */
public final class OwedError implements AutoCloseable {
  private final Thread thread = Thread.currentThread();
  private int left;
  private volatile @Nullable InternalError thrown;

  /**
   * @param delivery that throws, from 1 on; those of other threads don't count
   */
  public OwedError(int delivery) {
    left = delivery;
    AccessFault.onDeliver(
        () -> {
          if (Thread.currentThread().equals(thread) && left > 0 && --left == 0) {
            thrown = new InternalError("owed to an earlier access");
            throw thrown;
          }
        });
  }

  /** The error, once it has been delivered. */
  public @Nullable InternalError thrown() {
    return thrown;
  }

  @Override
  public void close() {
    AccessFault.onDeliver(null);
  }
}
