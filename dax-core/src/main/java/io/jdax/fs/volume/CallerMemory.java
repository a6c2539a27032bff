package io.jdax.fs.volume;

import io.jdax.fs.error.BufferFaultException;
import io.jdax.os.AccessFault;
import io.jdax.os.WordStores;
import java.lang.foreign.MemorySegment;

/**
 * Copies between DRAM of ours and memory of the caller, which may be a mapping of a file that was
 * truncated since: what HotSpot throws for it is no IOException, and late.
 */
public final class CallerMemory {
  private CallerMemory() {}

  /**
   * Copies from the caller's memory.
   *
   * @param file and {@code offset} say in errors what was written
   */
  public static void take(
      String file,
      long offset,
      MemorySegment src,
      long srcAt,
      MemorySegment ours,
      long at,
      long length)
      throws BufferFaultException {
    try {
      WordStores.load(src, srcAt, ours, at, length);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw fault(file, offset, src, srcAt, length, e);
    }
  }

  /** Copies into the caller's memory. */
  public static void give(
      String file,
      long offset,
      MemorySegment ours,
      long at,
      MemorySegment dst,
      long dstAt,
      long length)
      throws BufferFaultException {
    try {
      WordStores.load(ours, at, dst, dstAt, length);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw fault(file, offset, dst, dstAt, length, e);
    }
  }

  /** Zeroes the caller's memory. */
  public static void giveZeros(String file, long offset, MemorySegment dst, long dstAt, long length)
      throws BufferFaultException {
    try {
      dst.asSlice(dstAt, length).fill((byte) 0);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw fault(file, offset, dst, dstAt, length, e);
    }
  }

  static BufferFaultException fault(
      String file, long offset, MemorySegment memory, long at, long length, InternalError e) {
    return new BufferFaultException(
        file, offset, Math.max(at, AccessFault.firstUnbacked(memory, at, length)), e);
  }
}
