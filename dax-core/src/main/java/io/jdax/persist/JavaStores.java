package io.jdax.persist;

import io.jdax.os.AccessFault;
import io.jdax.os.WordStores;
import io.jdax.region.Region;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * Copies and fills through the region's segment, with ordinary cached stores ({@link WordStores}).
 * An error that the JVM owes to an earlier access is delivered first, so that an error in the
 * middle is about this one.
 */
final class JavaStores {
  private JavaStores() {}

  static void copy(Region region, long dstOffset, MemorySegment src, long srcOffset, long length)
      throws IOException {
    AccessFault.deliver();
    try {
      WordStores.copy(src, srcOffset, region.segment(), dstOffset, length);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw FaultReport.inCopy(region, dstOffset, src, srcOffset, length, e);
    }
  }

  static void fill(Region region, long offset, long length, byte value) throws IOException {
    AccessFault.deliver();
    try {
      WordStores.fill(region.segment(), offset, length, value);
      AccessFault.deliver();
    } catch (InternalError e) {
      throw FaultReport.inRegion(region, offset, length, e);
    }
  }
}
