package io.jdax.persist;

import io.jdax.machine.SystemCallException;
import io.jdax.os.AccessFault;
import io.jdax.os.LinuxMemory;
import io.jdax.os.PageSize;
import io.jdax.os.StackRoom;
import io.jdax.os.Writebacks;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * msync(2) on the pages around a range: ordinary files, and memory files where there are no stubs.
 * A flush is synchronous, so a drain has nothing left to wait for.
 *
 * <p>One that failed is the last that the region has: see {@link Writebacks}.
 */
final class MsyncPersister extends Persister {
  /** The system call, or what a test puts in its place. */
  interface Msync {
    void run(long address, long length, String subject) throws SystemCallException;
  }

  private final String reason;
  private final Msync call;

  MsyncPersister(Region region, String reason) {
    this(region, reason, LinuxMemory::msync);
  }

  MsyncPersister(Region region, String reason, Msync call) {
    super(region);
    this.reason = reason;
    this.call = call;
  }

  @Override
  public void flush(long offset, long length) throws IOException {
    check(offset, length);
    ensureNothingLost();
    msync(region(), call, offset, length);
    ensureDone();
  }

  @Override
  public void drain() throws IOException {
    ensureDone();
  }

  @Override
  public void copyNoDrain(long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    check(dstOffset, length);
    ensureNothingLost();
    JavaStores.copy(region(), dstOffset, src, srcOffset, length);
    flush(dstOffset, length);
  }

  @Override
  public void fillNoDrain(long offset, long length, byte value) throws IOException {
    check(offset, length);
    ensureNothingLost();
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

  /**
   * Nothing for a length of 0: rounded to pages it would be a page that nobody named. Whether
   * another call was told of a loss is for the caller to ask, by {@link Persister#ensureDone}.
   */
  static void msync(Region region, Msync call, long offset, long length) throws IOException {
    AccessFault.enter(StackRoom.ENGINE);
    region.ensureOpen();
    if (length == 0) {
      return;
    }
    long start = PageSize.roundDown(offset); // as the region's own address is
    try {
      writeBack(region, call, region.address() + start, offset + length - start);
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

  /** Whatever else than an ordinary return may have taken the kernel's only word with it. */
  private static void writeBack(Region region, Msync call, long address, long length)
      throws SystemCallException {
    Writebacks writebacks = region.writebacks();
    long number = writebacks.begin();
    try {
      call.run(address, length, region.name());
    } catch (Throwable t) {
      writebacks.fail(t);
      throw t;
    } finally {
      writebacks.end(number);
    }
  }
}
