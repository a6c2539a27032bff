package io.jdax.fs;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.tree.Item;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * An extent in the tree; its first block in the file is the low half of the key. Little-endian.
 *
 * <pre>
 *        0               8
 *       +---------------+---------------+
 *     0 | place         | count, blocks |  place: pfn << 1 | 1 if unwritten
 *       +---------------+---------------+
 *    16
 * </pre>
 */
final class ExtentRecord {
  static final int BYTES = 16;
  static final int PLACE = 0;
  static final int COUNT = 8;

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ExtentRecord() {}

  /** Fills {@code out}. */
  static void encode(MemorySegment out, long place, long count) {
    out.set(LONG, PLACE, place);
    out.set(LONG, COUNT, count);
  }

  static long place(MemorySegment node, long offset) {
    return node.get(LONG, offset + PLACE);
  }

  static long count(MemorySegment node, long offset) {
    return node.get(LONG, offset + COUNT);
  }

  /** Refuses what can't be an extent. */
  static void check(String region, long hi, long first, long place, long count, long totalBlocks)
      throws CorruptMetadataException {
    long pfn = place >>> 1;
    if (count <= 0
        || pfn < 2
        || pfn > totalBlocks - count
        || first < 0
        || first > Inode.MAX_BLOCKS - count) {
      throw new CorruptMetadataException(
          region,
          "extent of inode " + Keys.inode(hi) + " at block " + first + " of the file",
          pfn,
          "does not lie on the device: " + count + " blocks");
    }
  }

  static long place(Item item) {
    return item.getLong(PLACE);
  }

  static long count(Item item) {
    return item.getLong(COUNT);
  }
}
