package io.jdax.persist;

import io.jdax.os.Linux;
import io.jdax.os.SystemCallException;
import io.jdax.region.AccessFault;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * msync(2) on the pages around a range: ordinary files, and memory files where there are no stubs.
 * A flush is synchronous, so a drain has nothing left to wait for.
 */
final class MsyncPersister extends Persister {
  private static final long PAGE_BYTES = 4096;

  private final String reason;

  MsyncPersister(Region region, String reason) {
    super(region);
    this.reason = reason;
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    check(offset, length);
    msync(region(), offset, length);
    region().ensureOpen();
  }

  @Override
  public void drain() {
    region().ensureOpen();
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    check(dstOffset, length);
    JavaStores.copy(region(), dstOffset, src, srcOffset, length);
    flush(dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    check(offset, length);
    JavaStores.fill(region(), offset, length, value);
    flush(offset, length);
  }

  /** msync ends in the device's own flush, so there is nothing deeper. */
  @Override
  public void deepFlush(long offset, long length) throws IOException {
    flush(offset, length);
  }

  @Override
  public String describe() {
    return "msync (" + reason + ")";
  }

  /** Nothing for a length of 0: rounded to pages it would be a page that nobody named. */
  static void msync(Region region, long offset, long length) throws IOException {
    AccessFault.deliver();
    region.ensureOpen();
    if (length == 0) {
      return;
    }
    long start = offset & -PAGE_BYTES;
    try {
      Linux.msync(region.address() + start, offset + length - start, region.name());
      // The kernel doesn't mind pages behind the end of a truncated file. They are a suffix, so the
      // last byte tells.
      AccessFault.touch(region.segment(), offset + length - 1);
    } catch (SystemCallException e) {
      throw new PersistException(
          region.name(), offset, length, "not durable: " + e.getMessage(), e);
    } catch (InternalError e) {
      throw Faults.inRegion(region, offset, length, e);
    }
  }
}
