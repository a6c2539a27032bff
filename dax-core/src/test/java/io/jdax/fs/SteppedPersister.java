package io.jdax.fs;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Plain stores, and before each call of any kind whatever a test wants: to fail, or to wait. */
final class SteppedPersister extends Persister {
  /** What a test wants. */
  interface Step {
    void before(String call) throws IOException;
  }

  volatile Step step = call -> {};

  SteppedPersister(Region region) {
    super(region);
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    step.before("flush");
  }

  @Override
  public void drain() throws IOException {
    step.before("drain");
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    step.before("copy");
    MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    step.before("fill");
    region().segment().asSlice(offset, length).fill(value);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    step.before("flush");
  }

  @Override
  public void fetch(long offset, long length) throws IOException {
    step.before("fetch");
  }

  @Override
  public String describe() {
    return "stepped";
  }
}
