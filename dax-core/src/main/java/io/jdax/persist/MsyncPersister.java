package io.jdax.persist;

import io.jdax.machine.SystemCallException;
import io.jdax.os.AccessFault;
import io.jdax.os.LinuxMemory;
import io.jdax.os.PageSize;
import io.jdax.os.StackRoom;
import io.jdax.os.Writebacks;
import io.jdax.region.Region;
import java.io.IOException;

/**
 * msync(2) on the pages around a range, for ordinary files, and for memory files where there are no
 * stubs. One that failed is the last that the region has (see {@link Writebacks}).
 */
final class MsyncPersister extends SynchronousPersister {
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

  /** A flush, since msync ends in the device's own flush, and nothing is deeper. */
  @Override
  public void deepFlush(long offset, long length) throws IOException {
    flush(offset, length);
  }

  @Override
  public String describe() {
    return "msync (" + reason + ")";
  }

  /**
   * Does nothing for a length of 0, which rounded to pages would be a page that nobody named. The
   * caller asks by {@link Persister#ensureDone} whether another call was told of a loss.
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
      // The kernel doesn't mind pages after the end of a truncated file. They are a suffix of the
      // range, so its last byte tells.
      AccessFault.touch(region.segment(), offset + length - 1);
    } catch (SystemCallException e) {
      throw new PersistException(
          region.name(), offset, length, "not durable: " + e.getMessage(), e);
    } catch (InternalError e) {
      throw FaultReport.inRegion(region, offset, length, e);
    }
  }

  /**
   * Makes the call. If it throws anything, bytes may be lost, since the kernel tells of each error
   * only once.
   */
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
