package io.jdax.block;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import io.jdax.region.RegionException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Plain stores, before each of which a test does something, or which fail when told to. */
final class GatedPersister extends Persister {
  volatile boolean fail;
  volatile Runnable atStore = () -> {};

  GatedPersister(Region region) {
    super(region);
  }

  private void enter(long offset, long length) throws IOException {
    atStore.run();
    if (fail) {
      throw new RegionException(region().name(), offset, length, "the test refuses", null);
    }
  }

  @Override
  public void flush(long offset, long length) {}

  @Override
  public void drain() {}

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    enter(dstOffset, length);
    MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    enter(offset, length);
    region().segment().asSlice(offset, length).fill(value);
  }

  @Override
  public void deepFlush(long offset, long length) {}

  @Override
  public String describe() {
    return "gated";
  }
}
