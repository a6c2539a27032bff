package io.jdax.fs.mount;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.format.ExtentRecord;
import io.jdax.fs.format.Keys;
import io.jdax.fs.space.DataSpace;
import io.jdax.fs.space.Space;
import io.jdax.fs.space.Units;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/** Takes the blocks of extents that a walk of the tree finds, in whichever space. */
final class MountedExtents {
  private MountedExtents() {}

  /**
   * Takes an extent's blocks, of which nothing else may have any.
   *
   * @throws CorruptMetadataException it can't be one, or something has
   */
  static void take(
      String region,
      Units units,
      DataSpace data,
      Space space,
      long hi,
      long lo,
      MemorySegment node,
      long offset,
      int length)
      throws IOException {
    if (length != ExtentRecord.BYTES) {
      throw new CorruptMetadataException(
          region, "extent of inode " + Keys.inode(hi), "has " + length + " bytes");
    }
    long place = ExtentRecord.place(node, offset);
    long count = ExtentRecord.count(node, offset);
    ExtentRecord.check(region, units, hi, lo, place, count, space.totalFrames());
    long conflict = data.markUsed(place >>> 1, count);
    if (conflict >= 0) {
      throw new CorruptMetadataException(
          region, "extent of inode " + Keys.inode(hi), units.pageOf(conflict), "is in use twice");
    }
  }
}
