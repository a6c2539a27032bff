package io.jdax.tests.kill;

import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Plain stores, of which one fails when told to: the media is bad there for that moment. */
final class OncePersister extends Persister {
  private int left = Integer.MAX_VALUE;
  private boolean hit;

  OncePersister(Region region) {
    super(region);
  }

  /** The call after so many more fails. */
  synchronized void failAt(int calls) {
    left = calls;
  }

  synchronized boolean hit() {
    return hit;
  }

  private synchronized void count(long offset, long length) throws MediaErrorException {
    if (left != Integer.MAX_VALUE && left-- == 0) {
      left = Integer.MAX_VALUE;
      hit = true;
      throw new MediaErrorException(region().name(), offset, length, "is bad for once", null);
    }
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    count(offset, length);
  }

  @Override
  public void drain() throws IOException {
    count(0, 0);
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    count(dstOffset, length);
    MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    count(offset, length);
    region().segment().asSlice(offset, length).fill(value);
  }

  @Override
  public void deepFlush(long offset, long length) throws IOException {
    count(offset, length);
  }

  @Override
  public String describe() {
    return "failing once";
  }
}
