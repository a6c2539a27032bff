package io.jdax.persist;

import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A persister whose flush is durable on return, so that a drain has nothing left to wait for. What
 * it copies and fills goes through the caches, and is flushed at once.
 */
abstract class SynchronousPersister extends Persister {
  SynchronousPersister(Region region) {
    super(region);
  }

  @Override
  public final void drain() throws IOException {
    ensureDone();
  }

  @Override
  public final void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    check(dstOffset, length);
    ensureNothingLost();
    JavaStores.copy(region(), dstOffset, src, srcOffset, length);
    flush(dstOffset, length);
  }

  @Override
  public final void fillNoDrain(long offset, long length, byte value) throws IOException {
    check(offset, length);
    ensureNothingLost();
    JavaStores.fill(region(), offset, length, value);
    flush(offset, length);
  }
}
