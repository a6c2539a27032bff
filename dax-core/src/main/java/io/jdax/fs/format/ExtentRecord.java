package io.jdax.fs.format;

import io.jdax.fs.error.CorruptMetadataException;
import io.jdax.fs.space.Units;
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
 *     0 | place         | count, blocks |  place: block of the device << 1 | 1 if unwritten
 *       +---------------+---------------+
 *    16
 * </pre>
 */
public final class ExtentRecord {
  public static final int BYTES = 16;
  public static final int PLACE = 0;
  public static final int COUNT = 8;

  static {
    if (COUNT != PLACE + Long.BYTES || BYTES != COUNT + Long.BYTES) {
      throw new AssertionError("extent layout");
    }
  }

  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private ExtentRecord() {}

  /** Fills {@code out}. */
  public static void encode(MemorySegment out, long place, long count) {
    out.set(LONG, PLACE, place);
    out.set(LONG, COUNT, count);
  }

  public static long place(MemorySegment node, long offset) {
    return node.get(LONG, offset + PLACE);
  }

  public static long count(MemorySegment node, long offset) {
    return node.get(LONG, offset + COUNT);
  }

  /**
   * Records that an extent may become, beyond itself, when stores come to every other block of it:
   * promised for as long as it is unwritten.
   */
  public static long promisedItems(long place, long count) {
    return (place & 1) * (count - 1);
  }

  /**
   * Refuses what can't be an extent.
   *
   * @param frames of the device
   */
  public static void check(
      String region, Units units, long hi, long first, long place, long count, long frames)
      throws CorruptMetadataException {
    long block = place >>> 1;
    if (count <= 0
        || block < firstBlock(units)
        || block > units.blocksOf(frames) - count
        || first < 0
        || first > Limits.fileBlocks(units) - count) {
      throw new CorruptMetadataException(
          region,
          "extent of inode " + Keys.inode(hi) + " at block " + first + " of the file",
          units.pageOf(block),
          "does not lie on the device: " + count + " blocks");
    }
  }

  /** The first block of the device that an extent may have: behind the superblocks. */
  public static long firstBlock(Units units) {
    return units.blocksOf(2);
  }

  public static long place(Item item) {
    return item.getLong(PLACE);
  }

  public static long count(Item item) {
    return item.getLong(COUNT);
  }
}
