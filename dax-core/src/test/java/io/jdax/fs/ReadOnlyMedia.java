package io.jdax.fs;

import io.jdax.persist.Persister;
import io.jdax.region.Region;
import java.lang.foreign.MemorySegment;

/** A region that nobody may store to. */
final class ReadOnlyMedia extends Persister {
  ReadOnlyMedia(Region region) {
    super(region);
  }

  @Override
  public boolean readOnly() {
    return true;
  }

  private static AssertionError refused() {
    return new AssertionError("stored to what is read-only");
  }

  @Override
  public void flush(long offset, long length) {
    throw refused();
  }

  @Override
  public void drain() {}

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length) {
    throw refused();
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) {
    throw refused();
  }

  @Override
  public void deepFlush(long offset, long length) {
    throw refused();
  }

  @Override
  public String describe() {
    return "read-only";
  }
}
