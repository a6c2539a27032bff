package io.jdax.persist;

import io.jdax.region.ReadOnlyRegionException;
import io.jdax.region.Region;
import java.lang.foreign.MemorySegment;

/**
 * For a region that was opened for loads only. Nothing can be dirty, so flushes have nothing to do,
 * and stores are refused.
 */
final class ReadOnlyPersister extends Persister {
  ReadOnlyPersister(Region region) {
    super(region);
  }

  @Override
  public void flush(long offset, long length) {
    check(offset, length);
    region().ensureOpen();
  }

  @Override
  public void drain() {
    region().ensureOpen();
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws ReadOnlyRegionException {
    throw refused("copy into", dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws ReadOnlyRegionException {
    throw refused("fill of", offset, length);
  }

  @Override
  public void deepFlush(long offset, long length) {
    flush(offset, length);
  }

  @Override
  public String describe() {
    return "nothing (read-only)";
  }

  private ReadOnlyRegionException refused(String what, long offset, long length) {
    check(offset, length);
    region().ensureOpen();
    return new ReadOnlyRegionException(
        region().name(),
        what
            + " bytes ["
            + offset
            + ", +"
            + length
            + ") is refused: the region was opened read-only");
  }
}
