package io.jdax.fs;

import io.jdax.persist.Persister;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicInteger;

/** Plain stores to media that can't be copied to while they are bad. */
final class BadMedia extends Persister {
  volatile boolean bad;
  volatile boolean badToFill;

  /** Calls that failed. */
  final AtomicInteger failures = new AtomicInteger();

  /** What happens right after each copy; the copy's offset and length are told. */
  volatile Copied copied = (offset, length) -> {};

  interface Copied {
    void done(long offset, long length) throws IOException;
  }

  BadMedia(Region region) {
    super(region);
  }

  @Override
  public void flush(long offset, long length) {}

  @Override
  public void drain() {}

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    if (bad) {
      failures.incrementAndGet();
      throw new MediaErrorException(region().name(), dstOffset, length, "is bad", null);
    }
    MemorySegment.copy(src, srcOffset, region().segment(), dstOffset, length);
    copied.done(dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    if (badToFill) {
      throw new MediaErrorException(region().name(), offset, length, "is bad", null);
    }
    region().segment().asSlice(offset, length).fill(value);
  }

  @Override
  public void deepFlush(long offset, long length) {}

  @Override
  public String describe() {
    return "bad at times";
  }
}
