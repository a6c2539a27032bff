package io.jdax.persist;

import io.jdax.region.Region;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The source of a copy from the region into itself, as copy-on-write makes it. It lives as long as
 * the destination, so it need not be held open. Its address tells whether the two overlap, which
 * the stubs' copies must not.
 */
final class OwnSource {
  private OwnSource() {}

  static boolean is(Region region, MemorySegment src) {
    return src.scope().equals(region.segment().scope());
  }

  static long address(MemorySegment src, long srcOffset, long length) {
    Objects.checkFromIndexSize(srcOffset, length, src.byteSize());
    return src.address() + srcOffset;
  }
}
