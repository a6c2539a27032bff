package io.jdax.mm.engine;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Plain stores, and flushes that fail, or do something else, when told to. */
final class FailingPersister extends Persister {
  volatile boolean fail;

  /** Called at the begin of each flush. */
  volatile Runnable atFlush = () -> {};

  FailingPersister(Region region) {
    super(region);
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    atFlush.run();
    if (fail) {
      throw new RegionException(region().name(), offset, length, "can't be flushed", null);
    }
  }

  @Override
  public void drain() {}

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length) {
    MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) {
    region().segment().asSlice(offset, length).fill(value);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    flush(offset, length);
  }

  @Override
  public String describe() {
    return "failing";
  }
}
