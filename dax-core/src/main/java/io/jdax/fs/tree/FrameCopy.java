package io.jdax.fs.tree;

import io.jdax.os.AccessFault;
import io.jdax.os.WordStores;
import io.jdax.region.MediaErrorException;
import io.jdax.region.Region;
import java.lang.foreign.MemorySegment;

/** Reads metadata into DRAM; a fault is delivered here and nowhere else. */
public final class FrameCopy {
  private FrameCopy() {}

  /**
   * Copies the beginning of a frame.
   *
   * @param length in bytes
   * @throws MediaErrorException it can't be read
   */
  public static void copy(Region region, long pfn, MemorySegment dst, long offset, int length)
      throws MediaErrorException {
    try {
      WordStores.load(region.segment(), pfn * Node.BYTES, dst, offset, length);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw region.mediaError(pfn * Node.BYTES, length, e);
    }
  }
}
